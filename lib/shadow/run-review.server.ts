import "server-only";
import { SearchIndexCommand, type ThingDocument } from "@aws-sdk/client-iot";
import { z } from "zod";
import { describeControls, describeField } from "../fleet/describe-thing.ts";
import type { JsonObject } from "../fleet/thing.ts";
import type { ControlSettings } from "../fleet/thing-type-schema.ts";
import { THING_NAME } from "../fleet/topics.ts";
import { AppError } from "../platform/app-error.ts";
import { iot } from "../platform/aws-clients.server.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { patchSchema } from "./command-request.ts";
import { type FieldProblem, findFieldProblems } from "./field-policy.ts";
import { listLocks } from "./lock-tags.server.ts";
import { type Exclusion, toIndexQueries } from "./run.ts";
import type { RunReview } from "./run-review.ts";

const RUN_THINGS_MAX = 1_000;
const QUERIES_AT_ONCE = 4;

/** What POST /api/runs takes. With `review` nothing is started: the answer only says who would be left out. */
export const runRequestSchema = z.strictObject({
  runId: z.uuid().toLowerCase(),
  things: z.array(z.string().regex(THING_NAME)).min(1).max(RUN_THINGS_MAX),
  patch: patchSchema,
  ifOffline: z.enum(["refuse", "queue"]).default("refuse"),
  expiresAtMs: z.number().int().optional(),
  review: z.boolean().default(false),
});

/** See runRequestSchema. */
export type RunRequest = z.infer<typeof runRequestSchema>;

/** Sorts a selection into who is switched and who is left out, and why. The same checks are made again for each thing when it is sent. */
export async function reviewRun(viewer: Viewer, { things, patch, ifOffline }: RunRequest): Promise<RunReview> {
  const names = [...new Set(things)];
  const [documents, locks] = await Promise.all([findThings(names), listLocks()]);
  const types = typesOf([...documents.values()]);
  const notes = new Map(locks.map(({ thing, note }) => [thing, note]));
  const judge = (thing: string): Exclusion | undefined => {
    const document = documents.get(thing);
    if (!document || !viewer.sites.some(({ id }) => id === document.attributes?.site)) return { thing, reason: "not-permitted" };
    const note = notes.get(thing);
    if (note !== undefined) return { thing, reason: "locked", words: note };
    const controls = describeControls(document.thingTypeName ?? null, stateOf(document));
    const [problem] = findFieldProblems(patch, controls);
    if (problem) return { thing, reason: "not-a-control", words: problemWords(problem, controls, types) };
    return document.connectivity?.connected !== true && ifOffline === "refuse" ? { thing, reason: "offline" } : undefined;
  };
  const excluded = names.flatMap((thing) => judge(thing) ?? []);
  const isOut = new Set(excluded.map(({ thing }) => thing));
  const included = names.filter((thing) => !isOut.has(thing));
  return { included, excluded, thingTypes: typesOf(included.flatMap((thing) => documents.get(thing) ?? [])) };
}

const typesOf = (documents: readonly ThingDocument[]): string[] => [
  ...new Set(documents.flatMap(({ thingTypeName }) => thingTypeName ?? [])),
];

/** By the field's label; a device without it says so. */
function problemWords({ field, problem }: FieldProblem, controls: Readonly<Record<string, ControlSettings>>, types: string[]): string {
  const own = Object.hasOwn(controls, field) ? controls[field] : undefined;
  return own ? `${own.label} ${problem}` : `it has no ${describeField(types, field).label}`;
}

async function findThings(names: readonly string[]): Promise<Map<string, ThingDocument>> {
  const found = new Map<string, ThingDocument>();
  const queries = toIndexQueries(names);
  const work = async () => {
    for (let queryString = queries.shift(); queryString !== undefined; queryString = queries.shift()) {
      const { things } = await iot().send(new SearchIndexCommand({ indexName: "AWS_Things", queryString, maxResults: 100 }));
      for (const thing of things ?? []) if (thing.thingName !== undefined) found.set(thing.thingName, thing);
    }
  };
  try {
    await Promise.all(Array.from({ length: QUERIES_AT_ONCE }, work));
  } catch (error) {
    throw new AppError("fleet/unavailable", { cause: error });
  }
  return found;
}

const stateSchema = z.object({ desired: z.looseObject({}).optional(), reported: z.looseObject({}).optional() });

/** The index gives a shadow as JSON text (AWS.md F.5); one that cannot be read is none. */
function stateOf({ shadow }: ThingDocument): { desired: JsonObject; reported: JsonObject } | null {
  try {
    const parsed = stateSchema.parse(JSON.parse(shadow ?? "{}"));
    return { desired: (parsed.desired ?? {}) as JsonObject, reported: (parsed.reported ?? {}) as JsonObject };
  } catch {
    return null;
  }
}
