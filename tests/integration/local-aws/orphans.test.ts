import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, vi } from "vitest";

const MODULE = join(import.meta.dirname, "../../../scripts/support/child-processes.ts");
const CHILD = "tests/integration/local-aws/support/lasting-child.ts";
/** Starts a child as `npm run demo` starts its parts, and passes on what it says. */
const PARENT = `
import { startNode } from ${JSON.stringify(MODULE)};
const [directory] = process.argv.slice(1);
const child = { name: "child", script: ${JSON.stringify(CHILD)}, args: [directory + "/ended"], logFile: directory + "/log" };
startNode({ ...child, onLine: (line) => console.log(line) });`;

it("a started process ends in order when its parent is killed outright", async () => {
  const directory = mkdtempSync(join(tmpdir(), "thingdeck-orphan-"));
  const parent = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", PARENT, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  const childId = Number(((await lines.next()) as { value: string }).value);
  expect(() => process.kill(childId, 0)).not.toThrow();
  parent.kill("SIGKILL");
  await vi.waitFor(() => expect(() => process.kill(childId, 0)).toThrow("ESRCH"), { timeout: 10_000 });
  expect(readFileSync(join(directory, "ended"), "utf8")).toBe("in order");
  rmSync(directory, { recursive: true });
});
