import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { runCommand, type CommandResult } from "./run-command.ts";

/** What one stage of `npm test` found. */
export interface StageResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Shown when something failed. */
  readonly output: string;
}

export interface Stage {
  readonly title: string;
  run(): Promise<StageResult>;
}

/** A command that either holds or does not: one check. */
export function checkStage(title: string, command: string, args: readonly string[]): Stage {
  return { title, run: async () => verdict(await runCommand(command, args)) };
}

function verdict({ exitCode, output }: CommandResult): StageResult {
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0, output };
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  success: z.boolean(),
});

/** One vitest project, counted test by test. */
export function vitestStage(project: string): Stage {
  return {
    title: `tests/${project}`,
    run: async () => {
      const report = join(mkdtempSync(join(tmpdir(), "thingdeck-test-")), "report.json");
      const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      const result = await runCommand("vitest", args, { isLoud: true });
      if (!existsSync(report)) return verdict({ ...result, exitCode: 1 });
      const counts = vitestReport.parse(JSON.parse(readFileSync(report, "utf8")));
      // A file that cannot be loaded fails the run without failing a test; it counts as one.
      const failed = Math.max(counts.numFailedTests, result.exitCode === 0 ? 0 : 1);
      return { passed: counts.numPassedTests, failed, skipped: counts.numPendingTests, output: "" };
    },
  };
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** The end-to-end tests in a real browser; a test that passes only at a second try counts as failed. */
export function playwrightStage(chromiumPath: string): Stage {
  return {
    title: "tests/e2e",
    run: async () => {
      const report = join(mkdtempSync(join(tmpdir(), "thingdeck-e2e-")), "report.json");
      const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report, THINGDECK_CHROMIUM: chromiumPath };
      const result = await runCommand("playwright", ["test", "--reporter=list,json"], { isLoud: true, env });
      if (!existsSync(report)) return verdict({ ...result, exitCode: 1 });
      const { stats } = playwrightReport.parse(JSON.parse(readFileSync(report, "utf8")));
      const failed = Math.max(stats.unexpected + stats.flaky, result.exitCode === 0 ? 0 : 1);
      return { passed: stats.expected, failed, skipped: stats.skipped, output: "" };
    },
  };
}
