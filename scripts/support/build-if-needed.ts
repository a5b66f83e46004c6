import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIVE_FOLDER } from "./live-worker.ts";
import { root } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { runCommand } from "./run-command.ts";

const SOURCES = [
  "app",
  "components",
  "lib",
  "public",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "next.config.ts",
  "scripts/support/live-worker.ts",
  "postcss.config.mjs",
  "package-lock.json",
];

/** Builds the production server unless the one on disk was made of these very sources. Throws an Error with the build's output. */
export async function buildIfNeeded(progress: Progress): Promise<void> {
  const stamp = join(root, ".next", "thingdeck-sources");
  const digest = digestSources();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  await progress.step("building the dashboard (about half a minute)", async () => {
    const { exitCode, output } = await runCommand("node", ["scripts/build.ts"]);
    if (exitCode !== 0) throw new Error(`The build failed:\n${output}`);
    writeFileSync(stamp, digest);
  });
}

function digestSources(): string {
  const hash = createHash("sha256");
  const add = (path: string) => {
    const full = join(root, path);
    if (!existsSync(full) || path === join("public", LIVE_FOLDER)) return;
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(path).update("\0").update(readFileSync(full)).update("\0");
  };
  for (const source of SOURCES) add(source);
  return hash.digest("hex");
}
