import { StatusMark } from "@/components/ui/status-mark";
import type { Liveness } from "@/lib/fleet/liveness";
import { LIVENESS } from "./liveness-words";

interface LivenessMarkProps {
  readonly liveness: Liveness;
  readonly isMarkOnly?: boolean;
  readonly className?: string;
}

/** A thing's state as shape, colour and word. */
export function LivenessMark({ liveness, isMarkOnly = false, className }: LivenessMarkProps) {
  const { word, shape, tone } = LIVENESS[liveness];
  return <StatusMark shape={shape} tone={tone} word={word} isMarkOnly={isMarkOnly} {...(className === undefined ? {} : { className })} />;
}
