import { isJsonObject, objectOf, ownMember, type Json, type JsonObject } from "./json.ts";

/**
 * Merges a patch key by key: `null` deletes, arrays and scalars replace, objects merge. A new object of which only nulls
 * were given does not come into being; an object given as `{}` does. Neither argument is changed.
 */
export function mergeSection(current: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map<string, Json>(Object.entries(current));
  for (const [key, value] of Object.entries(patch)) {
    const next = mergeValue(merged.get(key), value);
    if (next === undefined) merged.delete(key);
    else merged.set(key, next);
  }
  return objectOf(merged);
}

function mergeValue(current: Json | undefined, value: Json): Json | undefined {
  if (value === null) return undefined;
  if (!isJsonObject(value)) return value;
  if (isJsonObject(current)) return mergeSection(current, value);
  const created = mergeSection({}, value);
  const hadOnlyNulls = Object.keys(created).length === 0 && Object.keys(value).length > 0;
  return hadOnlyNulls ? undefined : created;
}

/** The metadata of submitted values: `{"timestamp": s}` for every leaf, a deleted one included. */
export function stampOf(value: Json, timestamp: number): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => stampOf(item, timestamp));
  if (!isJsonObject(value)) return { timestamp };
  return objectOf(Object.entries(value).map(([key, item]) => [key, stampOf(item, timestamp)]));
}

/**
 * The metadata after a merge: leaves that the patch named are stamped anew, the others keep their stamps, and what is gone
 * from `state` is gone here. `state` is the merged section.
 */
export function mergeMetadata(state: JsonObject, current: JsonObject, patch: JsonObject, timestamp: number): JsonObject {
  return objectOf(
    Object.entries(state).map(([key, value]) => {
      const known = ownMember(current, key);
      const patched = ownMember(patch, key);
      if (patched === undefined) return [key, known ?? stampOf(value, timestamp)];
      if (!isJsonObject(value) || !isJsonObject(patched)) return [key, stampOf(value, timestamp)];
      return [key, mergeMetadata(value, isJsonObject(known) ? known : {}, patched, timestamp)];
    }),
  );
}

/** Every key of `desired` that differs from `reported`, with the path from the root; `undefined` when nothing differs. */
export function diffSections(desired: JsonObject, reported: JsonObject): JsonObject | undefined {
  const differing = Object.entries(desired).flatMap(([key, wanted]): [string, Json][] => {
    const actual = ownMember(reported, key);
    if (actual === undefined) return [[key, wanted]];
    if (!isJsonObject(wanted) || !isJsonObject(actual)) return areEqual(wanted, actual) ? [] : [[key, wanted]];
    const inner = diffSections(wanted, actual);
    return inner === undefined ? [] : [[key, inner]];
  });
  return differing.length === 0 ? undefined : objectOf(differing);
}

/** The part of `metadata` that belongs to the keys of `state`. */
export function selectMetadata(state: JsonObject, metadata: JsonObject): JsonObject {
  return objectOf(
    Object.entries(state).flatMap(([key, value]): [string, Json][] => {
      const known = ownMember(metadata, key);
      if (known === undefined) return [];
      return [[key, isJsonObject(value) && isJsonObject(known) ? selectMetadata(value, known) : known]];
    }),
  );
}

function areEqual(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    const others = right as readonly Json[];
    return left.length === others.length && (left as readonly Json[]).every((item, index) => areEqual(item, others[index] ?? null));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => {
      const other = ownMember(right, key);
      const mine = ownMember(left, key);
      return other !== undefined && mine !== undefined && areEqual(mine, other);
    })
  );
}
