import { isJsonObject, ownMember, type Json, type JsonObject } from "./json.ts";
import { shadowErrors } from "./shadow-error.ts";

/** Levels of objects and arrays in `desired` or `reported`, the section itself included (AWS's own error text). */
const DEPTH_MAX = 6;
const CLIENT_TOKEN_BYTES_MAX = 64;

/** A section as submitted: an object to merge, `null` to delete the section, `undefined` to leave it alone. */
export type SectionPatch = JsonObject | null | undefined;

export interface ShadowUpdate {
  /** As submitted, echoed in `accepted`; `null` clears both sections. */
  readonly state: JsonObject | null;
  readonly desired: SectionPatch;
  readonly reported: SectionPatch;
  readonly version: number | undefined;
  readonly clientToken: string | undefined;
}

/** Parses the body of UpdateThingShadow. Throws ShadowError 400 or 415 with AWS's text. */
export function parseShadowUpdate(payload: Uint8Array): ShadowUpdate {
  const body = parseObject(payload);
  const clientToken = requireClientToken(body);
  const state = ownMember(body, "state");
  if (state === undefined) throw shadowErrors.missingState();
  if (state !== null && !isJsonObject(state)) throw shadowErrors.stateNotObject();
  const version = requireVersion(body);
  if (state === null) return { state, desired: null, reported: null, version, clientToken };
  if (Object.keys(state).some((key) => key !== "desired" && key !== "reported")) throw shadowErrors.invalidNode();
  const desired = requireSection(ownMember(state, "desired"), shadowErrors.desiredNotObject);
  const reported = requireSection(ownMember(state, "reported"), shadowErrors.reportedNotObject);
  return { state, desired, reported, version, clientToken };
}

/** Parses the body of a get or delete request, which may be empty. Throws ShadowError 400 or 415. */
export function parseShadowQuery(payload: Uint8Array): { readonly clientToken: string | undefined } {
  return { clientToken: payload.length === 0 ? undefined : requireClientToken(parseObject(payload)) };
}

/** The token to echo in a refusal, when the request got far enough to have a valid one. */
export function readClientToken(payload: Uint8Array): string | undefined {
  try {
    return parseShadowQuery(payload).clientToken;
  } catch {
    return undefined;
  }
}

function parseObject(payload: Uint8Array): JsonObject {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    throw shadowErrors.notUtf8();
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw shadowErrors.invalidJson();
  }
  if (!isJsonObject(body)) throw shadowErrors.invalidJson();
  return body;
}

function requireClientToken(body: JsonObject): string | undefined {
  const token = ownMember(body, "clientToken");
  if (token === undefined) return undefined;
  if (typeof token !== "string" || Buffer.byteLength(token) > CLIENT_TOKEN_BYTES_MAX) throw shadowErrors.invalidClientToken();
  return token;
}

function requireVersion(body: JsonObject): number | undefined {
  const version = ownMember(body, "version");
  if (version === undefined) return undefined;
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 0) throw shadowErrors.invalidVersion();
  return version;
}

function requireSection(section: Json | undefined, notObject: () => Error): SectionPatch {
  if (section === undefined || section === null) return section;
  if (!isJsonObject(section)) throw notObject();
  requireDepth(section, 1);
  return section;
}

/** Also refuses a null inside an array, which no merge could ever remove (AWS: "arrays can't contain null values"). */
function requireDepth(node: Json, depth: number): void {
  if (node === null || typeof node !== "object") return;
  const children = Array.isArray(node) ? (node as readonly Json[]) : Object.values(node as JsonObject);
  if (children.length === 0) return;
  if (depth > DEPTH_MAX) throw shadowErrors.tooDeep();
  for (const child of children) {
    if (child === null && Array.isArray(node)) throw shadowErrors.invalidJson();
    requireDepth(child, depth + 1);
  }
}
