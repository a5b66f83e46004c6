import type { Json, JsonObject } from "../fleet/thing.ts";
import { isObject } from "./shadow-state.ts";

/** The value at a dotted path; undefined where there is none. */
export function leafOf(state: JsonObject, field: string): Json | undefined {
  let value: Json | undefined = state;
  for (const key of field.split(".")) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** The patch that sets one dotted path. */
export function patchOf(field: string, value: Json): JsonObject {
  const [first = field, ...rest] = field.split(".");
  return { [first]: rest.length === 0 ? value : patchOf(rest.join("."), value) };
}
