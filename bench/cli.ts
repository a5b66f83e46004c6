import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../scripts/support/paths.ts";
import { createProgress, type Progress } from "../scripts/support/progress.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { BENCHES, LATER } from "./catalogue.ts";
import { type JudgedOutcome, notMeasured, type Outcome, type RunReport, verdictOf } from "./outcome.ts";
import { reportPage } from "./report-page.ts";
import { reportTable } from "./report-table.ts";
import { CannotMeasure, createBenchRoom } from "./support/bench-room.ts";

const HELP = `Measures Thingdeck and its peers side by side on this machine.

  npm run bench                     five interleaved rounds, about an hour and a half
  npm run bench -- --quick          short rounds, for checks
  npm run bench -- --only P1,P5     only these

The table goes to stdout; bench/results/ gets <time>.json and index.html.`;

/** One bench may take this long unless it says otherwise; then it is reported as not measured and the next begins. */
const MINUTES_MAX = 15;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const wanted = values.only?.split(",").map((id) => id.trim().toUpperCase());
  const unknown = wanted?.filter((id) => !BENCHES.some((bench) => bench.id === id)) ?? [];
  if (unknown.length > 0) {
    process.stderr.write(`There is no bench ${unknown.join(", ")}; there are ${BENCHES.map(({ id }) => id).join(", ")}.\n`);
    return 2;
  }
  const chosen = BENCHES.filter(({ id }) => wanted?.includes(id) ?? true);
  const report = await runAll(chosen, { isQuick: values.quick, isWhole: wanted === undefined });
  process.stdout.write(`${reportTable(report)}\n`);
  writeReport(report);
  return 0;
}

async function runAll(chosen: readonly Bench[], { isQuick, isWhole }: { isQuick: boolean; isWhole: boolean }): Promise<RunReport> {
  const progress = createProgress();
  const room = createBenchRoom(progress);
  const stopEarly = () => void room.close().finally(() => process.exit(130));
  process.once("SIGINT", stopEarly);
  process.once("SIGTERM", stopEarly);
  process.once("uncaughtException", (error) => {
    progress.note(error.stack ?? error.message);
    void room.close().finally(() => process.exit(1));
  });
  const startedAt = new Date();
  const loadBefore = loadavg()[0] ?? 0;
  const outcomes: JudgedOutcome[] = [];
  try {
    for (const bench of chosen) outcomes.push(await runOne(bench, { isQuick, room }, progress));
  } finally {
    await room.close();
  }
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GB, kernel ${release()}, Node ${process.version}`;
  return {
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    isQuick,
    machine,
    load: { before: loadBefore, after: loadavg()[0] ?? 0 },
    outcomes,
    later: isWhole ? LATER : [],
  };
}

async function runOne(bench: Bench, options: BenchOptions, progress: Progress): Promise<JudgedOutcome> {
  const startedMs = performance.now();
  const { minutesMax = MINUTES_MAX } = bench;
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve(notMeasured(`took longer than ${minutesMax} minutes`)), minutesMax * 60_000);
  });
  const outcome = await progress
    .step(`${bench.id} ${bench.title}`, () => Promise.race([bench.run(options), tooLong]))
    .catch((error: unknown) => {
      if (!(error instanceof CannotMeasure)) progress.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return notMeasured(error instanceof Error ? error.message : String(error));
    });
  clearTimeout(timer);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  return { id: bench.id, title: bench.title, seconds, verdict: verdictOf(outcome), ...outcome };
}

function writeReport(report: RunReport): void {
  const directory = join(root, "bench", "results");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${report.startedAt.replaceAll(":", "-").slice(0, 19)}.json`);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(directory, "index.html"), reportPage(report));
  process.stderr.write(`bench: wrote ${file} and index.html beside it\n`);
}

process.exit(await main());
