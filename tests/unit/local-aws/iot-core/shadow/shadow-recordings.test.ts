import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeShadow, parseShadowUpdate, updateShadow, type Shadow } from "../../../../../local-aws/iot-core/shadow/shadow-document.ts";

const FOLDER = join(import.meta.dirname, "../../../../../../shared/vectors/shadow-documents");
const NEVER = { shadow: undefined, version: 0 };

type Document = Record<string, unknown>;

const bytes = (name: string) => readFileSync(join(FOLDER, `${name}.json`));
const read = (name: string) => JSON.parse(bytes(name).toString()) as Document;
const apply = (shadow: Shadow | undefined, payload: Uint8Array) =>
  updateShadow(shadow === undefined ? NEVER : { shadow, version: shadow.version }, parseShadowUpdate(payload), 1_700_000_000);

/** The recordings carry no metadata, and keep a null where the service (by its documents) stores no key. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const skipped = new Set(["metadata", "timestamp", "clientToken"]);
  const kept = Object.entries(value).filter(([key, item]) => !skipped.has(key) && (item !== null || key === "previous"));
  return Object.fromEntries(kept.map(([key, item]) => [key, comparable(item)]));
}

describe.skipIf(!existsSync(FOLDER))("AWS's shadow documents (skipped where ../shared/vectors is absent)", () => {
  const initial = () => apply(undefined, bytes("good_initial_document")).shadow;

  it.each([
    ["good_update_document_with_desired", "good_new_document", "good_documents_payload", "good_delta_node"],
    [
      "good_update_document_with_desired_and_add_remove_node",
      "good_new_document_with_add_delete_update",
      "good_documents_payload_after_new_node_desired",
      "good_delta_node_with_new_node",
    ],
    [
      "good_update_document_with_reported",
      "good_new_document_with_updated_reported",
      "good_documents_payload_with_reported_updated",
      undefined,
    ],
    [
      "good_update_document_with_same_reported_and_desired",
      "good_new_document_with_same_reported_and_desired",
      "good_documents_payload_with_same_desired_and_reported",
      undefined,
    ],
  ])("the initial document and %s give %s", (update, current, documents, delta) => {
    const result = apply(initial(), bytes(update));
    expect(comparable(result.shadow)).toEqual(comparable(read(current)));
    expect(comparable(result.documents)).toEqual(comparable(read(documents)));
    expect(comparable(result.delta)).toEqual(delta === undefined ? undefined : comparable(read(delta)));
    expect(result.accepted).toMatchObject({ state: read(update).state, clientToken: "device", version: 2 });
  });

  it("a first update has no previous document", () => {
    const result = apply(undefined, bytes("good_update_document_with_desired"));
    expect(comparable(result.documents)).toEqual(comparable(read("good_documents_payload_with_no_previous")));
  });

  it("8192 bytes of state are taken, and one more after merging is refused with 413", () => {
    expect(apply(initial(), bytes("good_update_document_with_large_reported")).shadow.version).toBe(2);
    expect(() => apply(initial(), bytes("bad_update_document_with_large_reported"))).toThrow(expect.objectContaining({ status: 413 }));
  });

  it.each([
    ["bad_update_document_with_delta_node", 400, "State contains an invalid node"],
    ["bad_update_document_with_depth", 400, "JSON contains too many levels of nesting; maximum is 6"],
    ["bad_update_document_with_state_node_as_value_node", 400, "State node must be an object"],
    ["bad_update_document_without_state_node", 400, "Missing required node: state"],
    ["bad_version_update_document", 400, "Invalid version"],
    ["bad_version_update_document_with_higher_version_number", 409, "Version conflict"],
  ])("%s is refused with %i %s", (name, status, message) => {
    expect(() => apply(initial(), bytes(name))).toThrow(expect.objectContaining({ status, message }));
  });

  it("an empty state changes nothing but the version, as it does on AWS (moto's AWS-verified case)", () => {
    const result = apply(initial(), bytes("bad_update_document_with_state_node_as_empty_node"));
    expect(result.shadow).toEqual({ ...initial(), version: 2 });
    expect(describeShadow(result.shadow, 1).version).toBe(2);
  });
});
