import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/paths.ts";

/**
 * The lowest version without a known hole, and why; the registry's audit service is not asked, so that the check works
 * offline. `atLeast` may name one floor per major version. `exactly` pins what must not move either way.
 */
const FLOORS: Readonly<Record<string, { readonly atLeast?: string; readonly exactly?: string; readonly because: string }>> = {
  next: { atLeast: "16.4.6", because: "earlier 16.x has critical advisories" },
  "next-auth": { atLeast: "4.24.15", because: "GHSA-xmf8-cvqr-rfgj, CVE-2026-73419 and CVE-2026-73420 are fixed there" },
  react: { atLeast: "19.2.3", because: "React Server Components advisories of December 2025" },
  "react-dom": { atLeast: "19.2.3", because: "React Server Components advisories of December 2025" },
  "aws-iot-device-sdk-v2": { exactly: "1.27.0", because: "1.28.0 pins aws-crt 1.33.1, whose browser decoder overwrites earlier payloads" },
  "aws-crt": { exactly: "1.32.1", because: "1.33.x overwrites earlier payloads when a WebSocket frame carries several packets" },
  ws: { atLeast: "7.5.10 8.17.1", because: "CVE-2024-37890" },
  uuid: { atLeast: "8.3.2", because: "the version next-auth and the device SDK resolve to" },
};

const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, { version?: string }> };
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, Record<string, string> | undefined>;

/** Whether `version` is below the floor of its own major version, or of a major older than any floor. */
function isBelow(version: string, floors: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/).map(Number);
  const own = numbers(version);
  const candidates = floors.split(" ").map(numbers);
  const floor = candidates.find(([major]) => major === own[0]);
  if (floor === undefined) return candidates.every(([major]) => (own[0] ?? 0) < (major ?? 0));
  const index = floor.findIndex((part, at) => part !== own[at]);
  return index !== -1 && (own[index] ?? 0) < (floor[index] ?? 0);
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
