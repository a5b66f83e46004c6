import { z } from "zod";
import type { JsonObject } from "../fleet/thing.ts";

const QUEUE_MS_MIN = 5_000;
const QUEUE_MS_MAX = 7 * 86_400_000;
const QUEUE_MS_DEFAULT = 15 * 60_000;

export const patchSchema = z.custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value));

/** What POST /api/things/{thing}/desired takes. */
export const commandRequestSchema = z.strictObject({
  patch: patchSchema,
  /** The shadow version that the person saw; null when the thing had no shadow. */
  expectedVersion: z.number().int().nonnegative().nullable(),
  /** Made by the sender for each press; becomes the shadow's clientToken, and makes a repeat harmless. */
  commandId: z.uuid().toLowerCase(),
  ifOffline: z.enum(["refuse", "queue"]).default("refuse"),
  /** With `queue`: when the command is taken back (epoch ms); a quarter of an hour from now when left out. */
  expiresAtMs: z.number().int().optional(),
});

/** See commandRequestSchema. */
export type CommandRequest = z.infer<typeof commandRequestSchema>;

/** When a queued command is taken back: the wish, kept between five seconds and a week from now. */
export function queueEndMs({ expiresAtMs }: Pick<CommandRequest, "expiresAtMs">, nowMs: number): number {
  return Math.min(Math.max(expiresAtMs ?? nowMs + QUEUE_MS_DEFAULT, nowMs + QUEUE_MS_MIN), nowMs + QUEUE_MS_MAX);
}
