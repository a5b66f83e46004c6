import { OUTCOMES } from "@/components/audit/outcome-words";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import type { RunRow, RunTally } from "@/lib/shadow/run";

type RunOutcome = RunRow["outcome"];
const ORDER: readonly RunOutcome[] = [
  "confirmed",
  "accepted",
  "pending",
  "timed-out",
  "rejected-by-device",
  "refused",
  "denied",
  "failed",
  "unknown",
  "superseded",
  "changed-by-someone-else",
  "withdrawn",
  "expired",
  "skipped",
  "waiting",
];
const FILLS = {
  live: "text-live-mark",
  quiet: "text-quiet-mark",
  offline: "text-offline-mark",
  alarm: "text-alarm-mark",
  accent: "text-accent",
};

interface RunProgressProps {
  readonly counts: RunTally["counts"];
  readonly total: number;
  readonly chosen: RunOutcome | null;
  readonly onChoose: (outcome: RunOutcome | null) => void;
}

/** The outcomes that there are, the good ones first. */
export const shownOutcomes = (counts: RunTally["counts"]): readonly RunOutcome[] => ORDER.filter((outcome) => (counts[outcome] ?? 0) > 0);

interface OutcomeBarProps {
  readonly counts: RunTally["counts"];
  readonly total: number;
  readonly className: string;
}

/** Outcomes as one bar; decoration, so the counts stand beside it in words. */
export function OutcomeBar({ counts, total, className }: OutcomeBarProps) {
  const shown = shownOutcomes(counts);
  return (
    <svg
      viewBox="0 0 100 2"
      preserveAspectRatio="none"
      aria-hidden
      className={classNames("bg-well rounded-small w-full forced-color-adjust-none", className)}
    >
      {shown.map((outcome, at) => {
        const before = shown.slice(0, at).reduce((sum, each) => sum + (counts[each] ?? 0), 0);
        const fill = outcome === "waiting" ? "text-well" : FILLS[OUTCOMES[outcome].tone];
        const width = (100 * (counts[outcome] ?? 0)) / total;
        return <rect key={outcome} x={(100 * before) / total} width={width} height="2" fill="currentColor" className={fill} />;
      })}
    </svg>
  );
}

/** How far the run is, by outcome: a bar for the eye, and counts that filter the rows. */
export function RunProgress({ counts, total, chosen, onChoose }: RunProgressProps) {
  const shown = shownOutcomes(counts);
  const doneCount = total - (counts.waiting ?? 0) - (counts.pending ?? 0) - (counts.accepted ?? 0);
  return (
    <div className="flex flex-col gap-3">
      <div
        role="progressbar"
        aria-label="Devices with an outcome"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={doneCount}
        aria-valuetext={`${doneCount} of ${total}`}
      >
        <OutcomeBar counts={counts} total={total} className="h-2.5" />
      </div>
      <div role="group" aria-label="Show only" className="flex flex-wrap gap-2">
        {shown.map((outcome) => (
          <button
            key={outcome}
            type="button"
            aria-pressed={chosen === outcome}
            onClick={() => onChoose(chosen === outcome ? null : outcome)}
            className={classNames(
              "rounded-small text-small flex items-center gap-2 border px-2 py-1",
              chosen === outcome ? "border-accent bg-accent-soft" : "border-line-strong hover:bg-raised",
            )}
          >
            <StatusMark {...OUTCOMES[outcome]} />
            <span className="font-semibold">{(counts[outcome] ?? 0).toLocaleString("en")}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
