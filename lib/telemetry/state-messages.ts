import type { Connectivity, Json, JsonObject, ShadowDocument } from "../fleet/thing.ts";
import { parseJsonObject, type PayloadLimits, type Refusal, toInertText } from "./telemetry-parser.ts";

/** A shadow as the rule republishes it on `st/{site}/{thing}/shadow`. */
export interface ShadowMessage {
  shadow: ShadowDocument;
  clientToken: string | null;
}

/** Presence as the rule republishes it on `st/{site}/{thing}/presence`; `order` breaks ties between events of one millisecond. */
export interface PresenceMessage {
  connectivity: Connectivity;
  order: number;
}

/**
 * What AWS itself lets through: a document of 8 KB grows with its metadata, at most to the 128 KB of a message, and its six levels stand
 * two deep, with one more for each value's time.
 */
const STATE_LIMITS: PayloadLimits = { bytesMax: 131_072, depthMax: 12 };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function toJsonObject(value: unknown): JsonObject {
  // Came from JSON.parse, so it is Json all the way down.
  return isObject(value) ? (value as Record<string, Json>) : {};
}

/** Reads a shadow message; its own topic says which thing it is about, the payload's word for it is not needed. */
export function parseShadowMessage(bytes: Uint8Array): ShadowMessage | { refusal: Refusal } {
  const parsed = parseJsonObject(bytes, STATE_LIMITS);
  if ("refusal" in parsed) return parsed;
  const { version, desired, reported, metadata, clientToken } = parsed.object;
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 0) return { refusal: "not-an-object" };
  const stamps = toJsonObject(metadata);
  return {
    shadow: {
      version,
      desired: toJsonObject(desired),
      reported: toJsonObject(reported),
      metadata: { desired: toJsonObject(stamps.desired), reported: toJsonObject(stamps.reported) },
    },
    clientToken: typeof clientToken === "string" ? clientToken : null,
  };
}

/** Reads a presence message. */
export function parsePresenceMessage(bytes: Uint8Array): PresenceMessage | { refusal: Refusal } {
  const parsed = parseJsonObject(bytes, STATE_LIMITS);
  if ("refusal" in parsed) return parsed;
  const { connected, atMs, reason, versionNumber } = parsed.object;
  const isConnected = connected === true || connected === "connected" || connected === "true";
  if (typeof atMs !== "number" || !Number.isFinite(atMs)) return { refusal: "not-an-object" };
  return {
    connectivity: { isConnected, atMs, reason: typeof reason === "string" && !isConnected ? toInertText(reason, 64) : null },
    order: typeof versionNumber === "number" ? versionNumber : 0,
  };
}
