import { z } from "zod";
import type { JsonObject } from "../fleet/thing.ts";
import type { ShadowChange } from "./command-model.ts";
import { diffState } from "./shadow-state.ts";

const stateSchema = z.object({
  desired: z.custom<JsonObject>(isPlainObject).nullish(),
  reported: z.custom<JsonObject>(isPlainObject).nullish(),
});

const documentSchema = z.object({ state: stateSchema.nullish(), version: z.number().int().nonnegative().nullish() });

/** What the rule `thingdeck_outcome` hands over (infra/constructs/topic-rules.ts). */
const eventSchema = z.object({
  thing: z.string().min(1),
  site: z.string().nullish(),
  previous: documentSchema.nullish(),
  current: documentSchema.extend({ version: z.number().int().positive() }),
  timestamp: z.number(),
  atMs: z.number(),
  clientToken: z.string().nullish(),
});

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a shadow change from the rule's event. Throws ZodError for anything else. */
export function parseShadowChange(event: unknown): ShadowChange {
  const { thing, site, previous, current, timestamp, atMs, clientToken } = eventSchema.parse(event);
  const before = sections(previous?.state);
  const after = sections(current.state);
  return {
    thing,
    site: site ?? null,
    version: current.version,
    timestamp,
    atMs,
    clientToken: clientToken ?? null,
    before,
    after,
    desiredDiff: diffState(before.desired, after.desired),
  };
}

function sections(state: z.infer<typeof stateSchema> | null | undefined): { desired: JsonObject; reported: JsonObject } {
  return { desired: state?.desired ?? {}, reported: state?.reported ?? {} };
}
