import { expectedIntervalMs } from "./describe-thing.ts";
import type { Connectivity, Json, JsonObject, ShadowDocument, ThingSummary } from "./thing.ts";

/** A thing as SearchIndex answers it (AWS.md F.5); every part may be missing. */
export interface IndexedThing {
  thingName?: string | undefined;
  thingTypeName?: string | undefined;
  thingGroupNames?: string[] | undefined;
  attributes?: Record<string, string> | undefined;
  /** A JSON string. */
  shadow?: string | undefined;
  connectivity?: { connected?: boolean | undefined; timestamp?: number | undefined; disconnectReason?: string | undefined } | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const toJsonObject = (value: unknown): JsonObject => (isObject(value) ? (value as Record<string, Json>) : {});

/** A shadow document of the index or of the data plane; null when there is none that can be read. */
export function toShadowDocument(value: unknown): ShadowDocument | null {
  if (!isObject(value)) return null;
  const state = isObject(value.state) ? value.state : value;
  const metadata = toJsonObject(value.metadata);
  if (!isObject(state.reported) && !isObject(state.desired) && typeof value.version !== "number") return null;
  return {
    version: typeof value.version === "number" ? value.version : 0,
    desired: toJsonObject(state.desired),
    reported: toJsonObject(state.reported),
    metadata: { desired: toJsonObject(metadata.desired), reported: toJsonObject(metadata.reported) },
  };
}

/** Reads a shadow's JSON text; null when it is not one. */
export function parseShadowText(text: string | undefined): ShadowDocument | null {
  if (text === undefined) return null;
  try {
    return toShadowDocument(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Presence as the index or the thing's own connectivity data tells it; null when it is not known. */
export function toConnectivity(connectivity: IndexedThing["connectivity"]): Connectivity | null {
  if (connectivity?.connected === undefined) return null;
  const { connected, timestamp, disconnectReason } = connectivity;
  const isKnown = typeof timestamp === "number" && timestamp > 0;
  return { isConnected: connected, atMs: isKnown ? timestamp : null, reason: connected ? null : (disconnectReason ?? null) };
}

/** A row of the fleet as read since `readAtMs`; null for a thing without a name or a site, which no viewer may see. */
export function toThingSummary(thing: IndexedThing, readAtMs: number): ThingSummary | null {
  const attributes = { ...thing.attributes };
  const { site } = attributes;
  if (thing.thingName === undefined || site === undefined) return null;
  const thingType = thing.thingTypeName ?? null;
  return {
    thingName: thing.thingName,
    // AWS allows no space in an attribute's value, so labels carry underscores.
    label: attributes.label?.replaceAll("_", " ") ?? thing.thingName,
    site,
    thingType,
    groups: thing.thingGroupNames ?? [],
    intervalMs: expectedIntervalMs(thingType, attributes),
    connectivity: toConnectivity(thing.connectivity),
    shadow: parseShadowText(thing.shadow),
    attributes,
    readAtMs,
  };
}
