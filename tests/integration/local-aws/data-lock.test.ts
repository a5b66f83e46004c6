import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const MODULE = join(import.meta.dirname, "../../../local-aws/install/data-lock.ts");
/** Takes the lock on the word "go", says how that went, and lives until its stdin ends. */
const TAKER = `
import { lockDataDirectory } from ${JSON.stringify(MODULE)};
console.log("ready");
process.stdin.once("data", () => {
  try { lockDataDirectory(process.env.LOCKED); console.log("held"); } catch (error) { console.log(error.message); }
});`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "thingdeck-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function startTaker() {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", TAKER], {
    env: { ...process.env, LOCKED: directory },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => ((await lines.next()) as { value: string }).value;
  expect(await next()).toBe("ready");
  return {
    take: () => {
      child.stdin.write("go\n");
      return next();
    },
    kill: async () => {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

describe("the lock of a data folder", () => {
  it("left behind by a dead process goes to exactly one of the processes that find it", async () => {
    writeFileSync(join(directory, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "1" }));
    const takers = await Promise.all(Array.from({ length: 5 }, startTaker));
    const answers = await Promise.all(takers.map(({ take }) => take()));
    expect(answers.filter((answer) => answer === "held")).toHaveLength(1);
    for (const answer of answers) expect(answer).toMatch(/^held$|is in use by another local AWS \(process \d+\)/);
    expect(readdirSync(directory)).toEqual(["lock"]);
    for (const { kill } of takers) await kill();
    const next = await startTaker();
    expect(await next.take()).toBe("held");
    await next.kill();
  });
});
