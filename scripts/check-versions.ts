import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/paths.ts";

/**
 * The lowest version without a known hole, and why; the registry's audit service is not asked, so that the check works
 * offline. `exactly` pins what must not move either way.
 */
const FLOORS: Readonly<Record<string, { readonly atLeast?: string; readonly exactly?: string; readonly because: string }>> = {
  next: { atLeast: "16.4.6", because: "earlier 16.x has critical advisories" },
  "next-auth": { atLeast: "4.24.15", because: "GHSA-xmf8-cvqr-rfgj, CVE-2026-73419 and CVE-2026-73420 are fixed there" },
  react: { atLeast: "19.2.3", because: "React Server Components advisories of December 2025" },
  "react-dom": { atLeast: "19.2.3", because: "React Server Components advisories of December 2025" },
  "aws-iot-device-sdk-v2": { exactly: "1.27.0", because: "1.28.0 pins aws-crt 1.33.1, whose browser decoder overwrites earlier payloads" },
  "aws-crt": { exactly: "1.32.1", because: "1.33.x overwrites earlier payloads when a WebSocket frame carries several packets" },
  ws: { atLeast: "8.17.1", because: "CVE-2024-37890" },
  jose: { atLeast: "6.0.0", because: "5.x is out of support" },
  uuid: { atLeast: "8.3.2", because: "the version next-auth and the device SDK resolve to" },
};

const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, { version?: string }> };
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, Record<string, string> | undefined>;

function isBelow(version: string, floor: string): boolean {
  const [left, right] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
  for (const [index, part] of (right ?? []).entries()) {
    const own = left?.[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}

const problems: string[] = [];
for (const [path, { version }] of Object.entries(lock.packages)) {
  const floor = FLOORS[path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)];
  if (floor === undefined || version === undefined) continue;
  if (floor.exactly !== undefined && version !== floor.exactly)
    problems.push(`${path} is ${version}, must be ${floor.exactly}: ${floor.because}`);
  if (floor.atLeast !== undefined && isBelow(version, floor.atLeast))
    problems.push(`${path} is ${version}, below ${floor.atLeast}: ${floor.because}`);
}
for (const group of ["dependencies", "devDependencies", "optionalDependencies"]) {
  for (const [name, range] of Object.entries(manifest[group] ?? {})) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)) problems.push(`${name} is not pinned to one version in package.json: ${range}`);
  }
}
if (JSON.stringify(lock).includes('"resolved"'))
  problems.push("package-lock.json names download addresses; run npm with the project's .npmrc");

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
