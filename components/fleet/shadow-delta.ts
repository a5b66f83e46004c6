import type { Json, JsonObject } from "@/lib/fleet/thing";

export interface ShadowField {
  /** Dotted path, as people read it. */
  readonly path: string;
  readonly desired: Json | undefined;
  readonly reported: Json | undefined;
  readonly isInSync: boolean;
  /** Epoch ms, from the shadow's metadata; null where it has none. */
  readonly desiredAtMs: number | null;
  readonly reportedAtMs: number | null;
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

const FIELDS_MAX = 400;
const DEPTH_MAX = 8;

function leavesOf(value: JsonObject, prefix: string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, child]) =>
    isObject(child) && Object.keys(child).length > 0 && prefix.length < DEPTH_MAX ? leavesOf(child, [...prefix, key]) : [[...prefix, key]],
  );
}

function at(document: JsonObject | undefined, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

function timestampAt(metadata: JsonObject | undefined, path: readonly string[]): number | null {
  const node = at(metadata, path);
  const seconds = isObject(node) ? node.timestamp : undefined;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : null;
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSameJson(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && isSameJson(one[key], other[key]));
}

/** The shadow field by field: what was asked, what the thing says, and when each was written. A field nobody asked for is in sync. */
export function shadowFields(shadow: {
  desired: JsonObject;
  reported: JsonObject;
  metadata: { desired?: JsonObject; reported?: JsonObject };
}): ShadowField[] {
  const paths = new Map([...leavesOf(shadow.reported), ...leavesOf(shadow.desired)].map((path) => [path.join("."), path]));
  return [...paths].slice(0, FIELDS_MAX).map(([name, path]) => {
    const desired = at(shadow.desired, path);
    const reported = at(shadow.reported, path);
    return {
      path: name,
      desired,
      reported,
      isInSync: desired === undefined || isSameJson(desired, reported),
      desiredAtMs: timestampAt(shadow.metadata.desired, path),
      reportedAtMs: timestampAt(shadow.metadata.reported, path),
    };
  });
}

/** How many fields wait for the thing. */
export const waitingCount = (desired: JsonObject, reported: JsonObject): number =>
  Object.keys(desired).filter((key) => !isSameJson(desired[key], reported[key])).length;

/** A JSON value in a cell. */
export function jsonText(value: Json | undefined): string {
  if (value === undefined) return "–";
  if (typeof value === "boolean") return value ? "On" : "Off";
  return typeof value === "string" ? value : JSON.stringify(value);
}
