import type { JsonObject, Json } from "../shadow/json.ts";
import { isJsonObject, ownMember } from "../shadow/json.ts";

/** Whether a thing's own client is connected; `timestamp` in epoch milliseconds, absent before the first connection. */
export interface Connectivity {
  readonly connected: boolean;
  readonly timestamp?: number;
  readonly disconnectReason?: string;
}

/** A thing as the fleet index sees it. Sections that are not indexed are absent. */
export interface ThingDocument {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName?: string;
  readonly thingGroupNames: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly version: number;
  readonly shadow?: JsonObject;
  readonly connectivity?: Connectivity;
}

export type IndexedValue = string | number | boolean;

/** Reads one field of many documents: the path is taken apart once. An array gives all its elements. */
export function createFieldReader(field: string): (document: ThingDocument) => readonly IndexedValue[] {
  const [root = "", ...path] = field.split(".");
  switch (root) {
    case "thingName":
    case "thingId":
      return (document) => [document[root]];
    case "thingTypeName":
      return ({ thingTypeName }) => (thingTypeName === undefined ? [] : [thingTypeName]);
    case "thingGroupNames":
      return ({ thingGroupNames }) => thingGroupNames;
    case "attributes": {
      const name = path.join(".");
      return ({ attributes }) => (Object.hasOwn(attributes, name) ? [attributes[name] ?? ""] : []);
    }
    case "registry":
      return path[0] === "version" ? ({ version }) => [version] : createFieldReader(path.join("."));
    case "shadow":
      return ({ shadow }) => (shadow === undefined ? [] : scalarsAt(shadow, path));
    case "connectivity":
      return ({ connectivity }) => (connectivity === undefined ? [] : scalarsAt(connectivity as unknown as JsonObject, path));
    default:
      return () => [];
  }
}

function scalarsAt(root: JsonObject, path: readonly string[]): readonly IndexedValue[] {
  let node: Json | undefined = root;
  for (const key of path) node = isJsonObject(node) ? ownMember(node, key) : undefined;
  if (Array.isArray(node)) return (node as readonly Json[]).filter(isScalar);
  return isScalar(node) ? [node] : [];
}

const isScalar = (value: Json | undefined): value is IndexedValue =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";
