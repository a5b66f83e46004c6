import { headlineOf, judge, type Reading, type RunReport } from "./outcome.ts";

/** A number with as many digits as are worth reading. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

/** `0.85 (0.80 … 0.91)`: a value, with its spread where it has one. */
export function formatReading({ value, min, max, unit }: Reading): string {
  const spread = min === undefined || max === undefined ? "" : ` (${formatValue(min)} … ${formatValue(max)})`;
  return `${formatValue(value)}${spread}${unit === "" ? "" : ` ${unit}`}`;
}

/** `>= 0.85 / 0.95`: must and stretch. */
export function formatGoal({ goal }: Reading): string {
  if (goal === undefined) return "";
  const sign = goal.better === "higher" ? ">=" : "<=";
  const stretch = goal.stretch === undefined || goal.stretch === goal.must ? "" : ` / ${formatValue(goal.stretch)}`;
  return `${sign} ${formatValue(goal.must)}${stretch}`;
}

/** The run as text for a terminal. */
export function reportTable(report: RunReport): string {
  const lines: string[] = ["", `${report.machine}; load ${report.load.before.toFixed(1)} before, ${report.load.after.toFixed(1)} after`];
  for (const { id, title, verdict, figures, ratios, notes, notMeasured, seconds } of report.outcomes) {
    lines.push("", `${id}  ${title}  [${verdict}, ${seconds} s]`);
    const readings = [...ratios, ...figures];
    const width = Math.max(0, ...readings.map(({ what }) => what.length));
    for (const each of readings) {
      const word = each.goal === undefined ? "" : judge(each);
      lines.push(`  ${each.what.padEnd(width)}  ${formatReading(each).padEnd(34)}  ${formatGoal(each).padEnd(16)} ${word}`.trimEnd());
    }
    for (const note of notes) lines.push(`  note: ${note}`);
    for (const reason of notMeasured) lines.push(`  not measured: ${reason}`);
  }
  lines.push("", `${report.isQuick ? "Short" : "Long"} run of ${report.seconds} s; of each the reading that does worst by its goal:`);
  for (const outcome of report.outcomes) {
    const headline = headlineOf(outcome);
    const words = headline === undefined ? (outcome.notMeasured[0] ?? "") : `${headline.what}: ${formatReading(headline)}`;
    lines.push(
      `  ${outcome.id.padEnd(4)} ${outcome.verdict.padEnd(12)} ${words}${headline?.goal ? `   goal ${formatGoal(headline)}` : ""}`,
    );
  }
  if (report.later.length > 0) lines.push("", ...report.later.map(({ id, reason }) => `${id}  not measured: ${reason}`));
  return lines.join("\n");
}
