/** A parsed JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for `{…}`: neither null nor an array. */
export const isJsonObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** Builds an object without ever calling a setter, so that a key named `__proto__` is only a key. */
export const objectOf = (entries: Iterable<readonly [string, Json]>): JsonObject => Object.fromEntries<Json>(entries);

/** The member of an object, never one it inherits. */
export const ownMember = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);
