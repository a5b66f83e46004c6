const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Milliseconds of `rate(n unit)` (EventBridge user guide, "Schedule types"): the unit is singular for 1 and plural
 * otherwise. Throws an Error that names the expression; `cron(...)` is not emulated.
 */
export function parseRateMs(expression: string): number {
  const match = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  const count = Number(match?.[1]);
  const unitMs = UNIT_MS[match?.[2] ?? ""];
  if (match === null || unitMs === undefined || count < 1 || (count === 1) !== (match[3] === "")) {
    throw new Error(`the schedule ${expression} is not one the local AWS runs (rate(1 minute), rate(5 hours), ...)`);
  }
  return count * unitMs;
}
