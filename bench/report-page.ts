import { headlineOf, judge, type JudgedOutcome, type Reading, type RunReport } from "./outcome.ts";
import { formatGoal, formatReading } from "./report-table.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e8eaed); --faint: light-dark(#667080, #98a1ad); --line: light-dark(#d9dde3, #343a43);
  --good: light-dark(#147a50, #4cc38a); --bad: light-dark(#b42318, #ff7b72); --bar: light-dark(#3b6fd4, #7aa5ff); --page: light-dark(#fff, #14171b); }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; margin: 2.2rem 0 .3rem; } p, li { color: var(--faint); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; } svg { display: block; width: 100%; height: 1.4rem; }
a { color: var(--bar); } .stretch, .met { color: var(--good); } .missed { color: var(--bad); }`;

/** A page that needs nothing but itself: tables, and a bar per reading that has a goal. */
export function reportPage(report: RunReport): string {
  const kind = report.isQuick ? "short run" : "long run";
  const later = report.later.map(({ id, reason }) => `<li>${escapeHtml(`${id}: ${reason}`)}</li>`).join("");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Thingdeck, measured</title>
<style>${STYLE}</style>
<h1>Thingdeck, measured</h1>
<p>${escapeHtml(`${report.startedAt}, ${kind}, ${report.seconds} s. ${report.machine}. Load ${report.load.before.toFixed(1)} before, ${report.load.after.toFixed(1)} after.`)}
In the bars the tick is the goal; filled is what was measured, the thin line the spread of the rounds.</p>
${summary(report.outcomes)}
${report.outcomes.map(section).join("\n")}
${later === "" ? "" : `<h2>Not measured yet</h2><ul>${later}</ul>`}
</html>
`;
}

/** A line per bench: the reading that does worst by its goal. */
function summary(outcomes: readonly JudgedOutcome[]): string {
  const rows = outcomes.map((outcome) => {
    const headline = headlineOf(outcome);
    const cells = [
      `<td><a href="#${outcome.id}">${outcome.id}</a></td>`,
      `<td>${escapeHtml(outcome.title)}</td>`,
      `<td>${escapeHtml(headline?.what ?? outcome.notMeasured[0] ?? "")}</td>`,
      `<td class="number">${headline === undefined ? "" : escapeHtml(formatReading(headline))}</td>`,
      `<td class="number">${headline === undefined ? "" : escapeHtml(formatGoal(headline))}</td>`,
      `<td class="${outcome.verdict}">${outcome.verdict}</td>`,
    ];
    return `<tr>${cells.join("")}</tr>`;
  });
  const head = "<tr><th></th><th>bench</th><th>worst by its goal</th><th>measured</th><th>goal</th><th>verdict</th></tr>";
  return `<table>${head}${rows.join("")}</table>`;
}

function section({ id, title, verdict, figures, ratios, notes, notMeasured }: JudgedOutcome): string {
  const rows = [...ratios, ...figures].map(row).join("");
  const words = [...notes, ...notMeasured.map((reason) => `Not measured: ${reason}`)];
  const list = words.length === 0 ? "" : `<ul>${words.map((word) => `<li>${escapeHtml(word)}</li>`).join("")}</ul>`;
  const head = "<tr><th>what</th><th>measured</th><th>goal</th><th>verdict</th><th></th></tr>";
  const table = rows === "" ? "" : `<table>${head}${rows}</table>`;
  return `<h2 id="${id}">${escapeHtml(`${id} ${title}`)} <span class="${verdict}">${verdict}</span></h2>${table}${list}`;
}

function row(reading: Reading): string {
  const verdict = reading.goal === undefined ? "" : judge(reading);
  const cells = [
    `<td>${escapeHtml(reading.what)}</td>`,
    `<td class="number">${escapeHtml(formatReading(reading))}</td>`,
    `<td class="number">${escapeHtml(formatGoal(reading))}</td>`,
    `<td class="${verdict}">${verdict}</td>`,
    `<td style="width: 30%">${bar(reading)}</td>`,
  ];
  return `<tr>${cells.join("")}</tr>`;
}

/** Measured against the goal on one axis from zero. */
function bar({ value, min, max, goal }: Reading): string {
  if (goal === undefined || !Number.isFinite(value)) return "";
  const top = Math.max(value, max ?? 0, goal.must, goal.stretch ?? 0) * 1.05 || 1;
  const x = (amount: number) => ((amount / top) * 1000).toFixed(1);
  const whisker =
    min === undefined || max === undefined
      ? ""
      : `<line x1="${x(min)}" x2="${x(max)}" y1="10" y2="10" stroke="var(--ink)" stroke-width="2"/>`;
  const tick = `<line x1="${x(goal.must)}" x2="${x(goal.must)}" y1="0" y2="20" stroke="var(--bad)" stroke-width="4"/>`;
  return `<svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="4" width="${x(value)}" height="12" fill="var(--bar)"/>${whisker}${tick}</svg>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
