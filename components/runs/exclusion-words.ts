import type { Exclusion } from "@/lib/shadow/run";

const REASONS: Record<Exclusion["reason"], string> = {
  "not-permitted": "not permitted",
  locked: "locked out",
  offline: "offline",
  "not-a-control": "cannot be set",
};

/** Why a device is left out, in a word or three. */
export const exclusionWords = ({ reason }: Pick<Exclusion, "reason">): string => REASONS[reason];

/** "3 offline, 2 not permitted". */
export function exclusionSummary(excluded: readonly Exclusion[]): string {
  const counts = new Map<Exclusion["reason"], number>();
  for (const { reason } of excluded) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${REASONS[reason]}`).join(", ");
}
