import { valueWords } from "@/components/control/value-words";
import { inertText } from "@/components/fleet/inert-text";
import { StatusMark, type MarkShape, type MarkTone } from "@/components/ui/status-mark";
import { describeField } from "@/lib/fleet/describe-thing";
import type { JsonObject } from "@/lib/fleet/thing";
import { leafOf } from "@/lib/shadow/field-path";
import type { RunStatus } from "@/lib/shadow/run";
import { fieldNames } from "@/lib/shadow/shadow-state";

const STATUSES: Record<RunStatus, { word: string; shape: MarkShape; tone: MarkTone }> = {
  running: { word: "Sending", shape: "half", tone: "accent" },
  paused: { word: "Paused", shape: "half", tone: "quiet" },
  stopped: { word: "Stopped", shape: "hollow", tone: "offline" },
  done: { word: "All sent", shape: "filled", tone: "live" },
};

/** Where a run stands; the outcome of its devices is another matter. */
export const RunStatusMark = ({ status }: { readonly status: RunStatus }) => <StatusMark {...STATUSES[status]} />;

/** How a run ended, once no device can change any more. */
export function RunEndMark({ failedCount }: { readonly failedCount: number }) {
  return failedCount === 0 ? (
    <StatusMark word="Finished" shape="filled" tone="live" />
  ) : (
    <StatusMark word={`Finished, ${failedCount.toLocaleString("en")} failed`} shape="triangle" tone="quiet" />
  );
}

/** "Pump to Running, Speed to 40 %". */
export const patchWords = ({ patch, thingTypes = [] }: { patch: JsonObject; thingTypes?: readonly string[] }): string =>
  fieldNames(patch)
    .slice(0, 4)
    .map((name) => {
      const { label, control } = describeField(thingTypes, name);
      return `${inertText(label, 40)} to ${valueWords(control, leafOf(patch, name))}`;
    })
    .join(", ");
