// The door of every npm command: any Node >= 20 gets through it, and what follows runs on the pinned Node 24.
// Plain JavaScript on purpose: it must start before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".thingdeck-lock");
const pinnedNode = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");

function fail(message) {
  process.stderr.write(`thingdeck: ${message}\n`);
  process.exit(1);
}

function lockDigest() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`${process.platform}-${process.arch}`)
    .digest("hex");
}

/** `npm ci` when the packages on disk are not those of the lockfile; otherwise nothing, so the network may be gone. */
function installPackages() {
  const wanted = lockDigest();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("thingdeck: installing packages from the lockfile (about a minute the first time) ...\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // stdout is kept for commands whose stdout is read by machines.
  const result = spawnSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) {
    fail("npm ci failed (see above). It needs the npm registry once; afterwards no command needs the network.");
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function nodeFor24() {
  if (existsSync(pinnedNode)) return pinnedNode;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `no packaged Node 24 for ${process.platform}-${process.arch}, and this Node is ${process.versions.node}. Install Node 24 and try again.`,
  );
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail("usage: node scripts/run.mjs SCRIPT [ARG ...]");
installPackages();
const watch = new URL("support/end-with-parent.ts", import.meta.url).href;
const child = spawn(nodeFor24(), ["--disable-warning=ExperimentalWarning", "--import", watch, join(root, script), ...args], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}` },
});
// Ctrl-C reaches the whole terminal group by itself; a signal sent to this process alone has to be handed on.
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
process.on("SIGINT", () => {});
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
