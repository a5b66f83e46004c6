import { z } from "zod";
import type { JsonObject } from "../fleet/thing.ts";
import type { CurrentShadow } from "./settle-due.ts";

const section = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => (value ?? {}) as JsonObject);

const shadowSchema = z.object({
  state: z.object({ desired: section, reported: section }).nullish(),
  version: z.number().int().nonnegative(),
});

/** Reads what the data plane answered to a get or an update. Throws ZodError or SyntaxError for anything else. */
export function parseShadow(payload: Uint8Array | undefined): CurrentShadow {
  const { state, version } = shadowSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
  return { version, desired: state?.desired ?? {}, reported: state?.reported ?? {} };
}

/** The body of an update of `desired`; without a version AWS takes it whatever the shadow holds. */
export function toUpdatePayload(update: { desired: JsonObject; version: number | null; clientToken: string }): Uint8Array {
  const { desired, version, clientToken } = update;
  return new TextEncoder().encode(JSON.stringify({ state: { desired }, clientToken, ...(version !== null && { version }) }));
}
