import type { Json, JsonObject } from "../fleet/thing.ts";

/** True when two JSON values mean the same; key order does not matter. */
export function isSameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) && Array.isArray(right) && left.length === right.length && left.every((item, at) => isSameJson(item, right[at]))
    );
  }
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key], right[key]));
}

/** True when `state` holds every leaf of `patch` with the same value; a `null` in the patch means the key is absent. */
export function isReached(state: JsonObject, patch: JsonObject): boolean {
  return Object.entries(patch).every(([key, wanted]) => {
    const actual = Object.hasOwn(state, key) ? state[key] : undefined;
    if (wanted === null) return actual === undefined || actual === null;
    if (!isObject(wanted)) return isSameJson(actual, wanted);
    return isObject(actual) ? isReached(actual, wanted) : isReached({}, wanted);
  });
}

/** What a patch asks a device to be: its leaves without those that only take a wish out of `desired` (`null`). */
export function wishesOf(patch: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(patch).flatMap(([key, wanted]): [string, Json][] => {
      if (wanted === null) return [];
      if (!isObject(wanted) || Object.keys(wanted).length === 0) return [[key, wanted]];
      const inner = wishesOf(wanted);
      return Object.keys(inner).length === 0 ? [] : [[key, inner]];
    }),
  );
}

/** True when `reported` is all that the patch asks for. */
export function isFulfilled(reported: JsonObject, patch: JsonObject): boolean {
  return isReached(reported, wishesOf(patch));
}

/** The part of `state` that `patch` speaks of; keys that are absent there are left out. */
export function pickState(state: JsonObject, patch: JsonObject): JsonObject {
  const picked: JsonObject = {};
  for (const [key, wanted] of Object.entries(patch)) {
    if (!Object.hasOwn(state, key)) continue;
    const actual = state[key] ?? null;
    picked[key] = isObject(wanted) && isObject(actual) ? pickState(actual, wanted) : actual;
  }
  return picked;
}

/** The update that turns the leaves of `patch` back into what `state` holds; a leaf it lacks is removed (`null`). */
export function undoPatch(state: JsonObject, patch: JsonObject): JsonObject {
  const undo: JsonObject = {};
  for (const [key, wanted] of Object.entries(patch)) {
    const actual = Object.hasOwn(state, key) ? (state[key] ?? null) : null;
    undo[key] = isObject(wanted) ? undoPatch(isObject(actual) ? actual : {}, wanted) : actual;
  }
  return undo;
}

/** What changed from one state to the next, as a patch: new and changed leaves with their values, lost ones as `null`. */
export function diffState(before: JsonObject, after: JsonObject): JsonObject {
  const diff: JsonObject = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [Object.hasOwn(before, key) ? before[key] : undefined, Object.hasOwn(after, key) ? after[key] : undefined];
    if (isSameJson(old, now)) continue;
    if (isObject(old) && isObject(now)) diff[key] = diffState(old, now);
    else diff[key] = now ?? null;
  }
  return diff;
}

/** True when the two patches speak of a common leaf. */
export function isOverlapping(left: JsonObject, right: JsonObject): boolean {
  return Object.entries(left).some(([key, value]) => {
    if (!Object.hasOwn(right, key)) return false;
    const other = right[key];
    return !isObject(value) || !isObject(other) || isOverlapping(value, other);
  });
}

/** Dotted names of a patch's leaves, sorted: what the audit page calls the field. */
export function fieldNames(patch: JsonObject, prefix = ""): string[] {
  return Object.entries(patch)
    .flatMap(([key, value]) => (isObject(value) ? fieldNames(value, `${prefix}${key}.`) : [`${prefix}${key}`]))
    .sort();
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
