import { classNames } from "@/components/ui/class-names";
import { inertText } from "./inert-text";

/** A name or label as it was given, inert and in its own direction; it begins where the names above and below it do. */
export function InertText({ text, className }: { readonly text: string; readonly className?: string }) {
  return (
    <bdi className={classNames("min-w-0 text-left", className)} title={text.length > 24 ? inertText(text, 400) : undefined}>
      {inertText(text)}
    </bdi>
  );
}
