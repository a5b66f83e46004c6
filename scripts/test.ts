import { buildIfNeeded } from "./support/build-if-needed.ts";
import { ensureChromium } from "./support/chromium.ts";
import { createProgress } from "./support/progress.ts";
import { checkStage, playwrightStage, vitestStage, type Stage, type StageResult } from "./support/stages.ts";

const progress = createProgress();

const build: Stage = {
  title: "production build",
  run: async () => {
    try {
      await buildIfNeeded(progress);
      return { passed: 1, failed: 0, skipped: 0, output: "" };
    } catch (error) {
      return { passed: 0, failed: 1, skipped: 0, output: error instanceof Error ? error.message : String(error) };
    }
  },
};

/**
 * What needs no build goes first, in two lanes for two cores; then the build, what needs it, and the browser last. Every stage runs, so
 * that one run tells everything that is wrong.
 */
async function main(): Promise<boolean> {
  const chromiumPath = await ensureChromium(progress);
  const results = await Promise.all([
    runLane([
      checkStage("route types", "next", ["typegen"]),
      checkStage("types", "tsc", ["--noEmit"]),
      checkStage("lint", "eslint", [".", "--max-warnings", "0"]),
    ]),
    runLane([
      checkStage("formatting", "prettier", ["--check", "--log-level", "warn", "."]),
      checkStage("version floors", "node", ["scripts/check-versions.ts"]),
      checkStage("paths and commands in the documents", "node", ["scripts/check-docs.ts"]),
      vitestStage("unit"),
      vitestStage("architecture"),
      vitestStage("infra"),
    ]),
  ]).then((lanes) => lanes.flat());
  results.push(...(await runLane([build, vitestStage("integration"), playwrightStage(chromiumPath)])));
  const sum = (pick: (result: StageResult) => number) => results.reduce((total, result) => total + pick(result), 0);
  const skipped = sum(({ skipped }) => skipped);
  if (skipped > 0) progress.note(`${skipped} tests were skipped; each says why in the output above`);
  process.stdout.write(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed\n`);
  return sum(({ failed }) => failed) === 0;
}

async function runLane(stages: readonly Stage[]): Promise<StageResult[]> {
  const results: StageResult[] = [];
  for (const stage of stages) {
    const result = await progress.step(stage.title, () => stage.run());
    if (result.failed > 0) progress.note(`${stage.title}: FAILED\n${result.output}`);
    results.push(result);
  }
  return results;
}

await main().then(
  (isGreen) => process.exit(isGreen ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`thingdeck: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stdout.write("0 passed, 1 failed\n");
    process.exit(1);
  },
);
