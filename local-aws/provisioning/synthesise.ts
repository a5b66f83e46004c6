import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import type { Logger } from "../platform/log.ts";

/** A synthesised cloud assembly on disk. */
export interface Assembly {
  readonly template: unknown;
  /** Folder that holds the bundled assets, `asset.<hash>` each. */
  readonly directory: string;
}

const STACK = "Thingdeck";

/**
 * Runs the CDK app in a process of its own, as a deploy does, and reads its result; an assembly made from the same
 * sources, packages and settings is used again. Throws an Error with the app's own words when it refuses.
 */
export async function synthesise(root: string, settings: Readonly<Record<string, string>>, log: Logger): Promise<Assembly> {
  const cache = join(root, "node_modules", ".cache", "thingdeck-synth");
  const folder = join(cache, digestOf(root, settings));
  if (!existsSync(folder)) {
    log.info("synthesising the template (the result is kept)");
    mkdirSync(cache, { recursive: true });
    const work = mkdtempSync(join(cache, "work-"));
    try {
      await runApp(root, work, settings);
      keep(work, folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return readAssembly(folder);
}

/** Another start may have been faster with the same assembly; theirs is as good. */
function keep(work: string, folder: string): void {
  try {
    renameSync(work, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function digestOf(root: string, settings: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify(Object.entries(settings).sort()));
  // The functions may import pure modules of lib/; its server and browser halves cannot reach the template.
  const sources = [...filesUnder(join(root, "infra")), ...filesUnder(join(root, "lib"))].filter(
    (path) => path.endsWith(".ts") && !/\.(server|client)\.ts$/.test(path),
  );
  for (const path of [...sources.sort(), join(root, "package-lock.json")])
    hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  return hash.digest("hex").slice(0, 32);
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function runApp(root: string, output: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const context = Object.entries(settings).flatMap(([key, value]) => ["--context", `${key}=${value}`]);
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "infra", "app.ts"), "--output", output, ...context],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const said: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`The template could not be synthesised:\n${Buffer.concat(said).toString("utf8").slice(-4000)}`);
}

function readAssembly(folder: string): Assembly {
  return { template: JSON.parse(readFileSync(join(folder, `${STACK}.template.json`), "utf8")), directory: folder };
}
