import type { Json, JsonObject } from "./json.ts";
import { diffSections, mergeMetadata, mergeSection, selectMetadata, stampOf } from "./merge.ts";
import { shadowErrors } from "./shadow-error.ts";
import type { SectionPatch, ShadowUpdate } from "./shadow-request.ts";

export { parseShadowQuery, parseShadowUpdate, readClientToken, type ShadowUpdate } from "./shadow-request.ts";

/** Bytes of `desired` plus `reported` as compact JSON; metadata is not counted (AWS IoT quota). */
export const SHADOW_BYTES_MAX = 8192;

/** Both sections of a shadow; an empty section is absent. */
export interface ShadowSections {
  readonly desired?: JsonObject;
  readonly reported?: JsonObject;
}

/** A shadow as it is stored. */
export interface Shadow {
  readonly state: ShadowSections;
  readonly metadata: ShadowSections;
  readonly version: number;
}

/** What one accepted update brings about; each member but `shadow` is the body of a message. */
export interface ShadowUpdateResult {
  readonly shadow: Shadow;
  readonly accepted: JsonObject;
  readonly delta: JsonObject | undefined;
  readonly documents: JsonObject;
}

/** Where an update starts from: the live shadow, and the version that counts when there is none (0, or a deleted one's). */
export interface ShadowBase {
  readonly shadow: Shadow | undefined;
  readonly version: number;
}

/**
 * Applies an update to a shadow. `timestamp` is in epoch seconds. Neither argument is changed.
 * Throws ShadowError 409 for another version than the current one and 413 when the result is over 8 KB.
 */
export function updateShadow(base: ShadowBase, update: ShadowUpdate, timestamp: number): ShadowUpdateResult {
  requireCurrentVersion(base, update.version);
  const previous = base.shadow;
  const desired = mergePart(previous, "desired", update.desired, timestamp);
  const reported = mergePart(previous, "reported", update.reported, timestamp);
  const shadow: Shadow = {
    state: sections(desired.state, reported.state),
    metadata: sections(desired.metadata, reported.metadata),
    version: base.version + 1,
  };
  if (sizeOf(shadow.state) > SHADOW_BYTES_MAX) throw shadowErrors.tooLarge();
  const token: JsonObject = update.clientToken === undefined ? {} : { clientToken: update.clientToken };
  const { version } = shadow;
  return {
    shadow,
    accepted: { state: update.state, metadata: stampOf(update.state, timestamp), version, timestamp, ...token },
    delta: deltaMessage(shadow, timestamp, token),
    documents: { previous: previous === undefined ? null : toDocument(previous), current: toDocument(shadow), timestamp, ...token },
  };
}

/** The body of `get/accepted`, with the delta when desired and reported differ. `timestamp` is in epoch seconds. */
export function describeShadow(shadow: Shadow, timestamp: number, clientToken?: string): JsonObject {
  const delta = deltaOf(shadow);
  return {
    state: { ...toJson(shadow.state), ...(delta === undefined ? {} : { delta }) },
    metadata: toJson(shadow.metadata),
    version: shadow.version,
    timestamp,
    ...(clientToken === undefined ? {} : { clientToken }),
  };
}

/** What `desired` asks and `reported` does not say; `undefined` when nothing. */
export function deltaOf({ state: { desired, reported } }: Shadow): JsonObject | undefined {
  if (desired === undefined) return undefined;
  return diffSections(desired, reported ?? {});
}

/** A shadow that never was takes 0 or 1; every other one takes its own version only. */
function requireCurrentVersion(base: ShadowBase, version: number | undefined): void {
  if (version === undefined || version === base.version) return;
  const isFirst = base.shadow === undefined && base.version === 0 && version === 1;
  if (!isFirst) throw shadowErrors.versionConflict();
}

interface Part {
  readonly state: JsonObject;
  readonly metadata: JsonObject;
}

function mergePart(previous: Shadow | undefined, section: "desired" | "reported", patch: SectionPatch, timestamp: number): Part {
  if (patch === null) return { state: {}, metadata: {} };
  const current: Part = { state: previous?.state[section] ?? {}, metadata: previous?.metadata[section] ?? {} };
  if (patch === undefined) return current;
  const state = mergeSection(current.state, patch);
  return { state, metadata: mergeMetadata(state, current.metadata, patch, timestamp) };
}

const isEmpty = (value: JsonObject) => Object.keys(value).length === 0;

const sections = (desired: JsonObject, reported: JsonObject): ShadowSections => ({
  ...(isEmpty(desired) ? {} : { desired }),
  ...(isEmpty(reported) ? {} : { reported }),
});

const sizeOf = ({ desired, reported }: ShadowSections): number =>
  [desired, reported].reduce((bytes, part) => bytes + (part === undefined ? 0 : Buffer.byteLength(JSON.stringify(part))), 0);

const toJson = (part: ShadowSections): JsonObject => part as Readonly<Record<string, Json>>;

const toDocument = ({ state, metadata, version }: Shadow): JsonObject => ({ state: toJson(state), metadata: toJson(metadata), version });

function deltaMessage(shadow: Shadow, timestamp: number, token: JsonObject): JsonObject | undefined {
  const state = deltaOf(shadow);
  if (state === undefined) return undefined;
  return { version: shadow.version, timestamp, state, metadata: selectMetadata(state, shadow.metadata.desired ?? {}), ...token };
}
