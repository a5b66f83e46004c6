import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../../scripts/support/paths.ts";
import { runCommand } from "../../scripts/support/run-command.ts";

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "hello", "private": true, "type": "module" }',
  "next.config.mjs": 'export default { output: "export" };',
  "app/layout.jsx": "export default ({ children }) => <html lang='en'><body>{children}</body></html>;",
  "app/page.jsx": "export default () => <h1>Hello</h1>;",
};

const BUILD_TIMEOUT_MS = 300_000;

/** Builds the smallest page the same Next makes, in a folder of its own beside the packages, and weighs the scripts its HTML asks for. Throws an Error with the build's output. */
export async function buildHelloPage(): Promise<{ gzipBytes: number; scripts: Record<string, number> }> {
  const directory = mkdtempSync(join(root, ".next-hello-"));
  try {
    mkdirSync(join(directory, "app"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
    const env = { NEXT_TELEMETRY_DISABLED: "1", THINGDECK_DIST_DIR: ".next" };
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    const { exitCode, output } = await runCommand(process.execPath, [next, "build", directory], { env, timeoutMs: BUILD_TIMEOUT_MS });
    if (exitCode !== 0) throw new Error(`the hello page was not built: ${output.trim().split("\n").slice(-5).join(" ")}`);
    const html = readFileSync(join(directory, "out", "index.html"), "utf8");
    const asked = new Set([...html.matchAll(/<script[^>]* src="([^"]+\.js)[^"]*"(?![^>]*nomodule)/gi)].map(([, path]) => path ?? ""));
    const scripts = Object.fromEntries([...asked].map((path) => [path, gzipSync(readFileSync(join(directory, "out", path))).length]));
    if (asked.size === 0) throw new Error(`the hello page asks for no script: ${readdirSync(join(directory, "out")).join(", ")}`);
    return { gzipBytes: Object.values(scripts).reduce((sum, bytes) => sum + bytes, 0), scripts };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
