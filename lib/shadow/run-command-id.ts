import { createHash } from "node:crypto";
import type { Run } from "./run.ts";

/** The same command for the same try of the same attempt, so that a server that died in between sends nothing twice. */
export function runCommandId(run: Pick<Run, "id" | "attempt">, thing: string, tryCount: number): string {
  const hex = createHash("sha256").update([run.id, run.attempt, thing, tryCount].join("\n")).digest("hex");
  // Version 8 (RFC 9562): made by a rule of our own.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
