import "server-only";
import { z } from "zod";
import { type AppErrorCode, isAppErrorCode } from "../platform/app-error.ts";
import type { Run, RunResult, RunStatus } from "./run.ts";
import { deleteItem, getItem, insertItem, listItems, updateItem, type WorkspaceItem } from "./workspace.server.ts";

const RUN_DAYS = 90;

/** A run is kept for months, a code's name perhaps not: one that this version does not know says as much as it can. */
const storedCode = z
  .string()
  .nullable()
  .transform((code): AppErrorCode | null => (code === null || isAppErrorCode(code) ? code : "service/internal"));

/** The parts that never change, and the list of this attempt, are kept as JSON text: names and values are the fleet's, not ours. */
const itemSchema = z.object({
  id: z.string(),
  atMs: z.number(),
  status: z.enum(["running", "paused", "stopped", "done"]),
  code: storedCode,
  attempt: z.number(),
  things: z.string(),
  session: z.string().default(""),
  fixed: z.string(),
  leaseUntilMs: z.number().optional(),
  /** JSON text as well. */
  tally: z.string().optional(),
});

const resultSchema = z.object({ thing: z.string(), attempt: z.number(), commandId: z.string(), code: storedCode });

const LIST = "runs";
/** Names every run that some server has to send for; a line too many is harmless and is cleared by whoever finds it. */
const GOING = "runs-going";
const goingKey = (id: string) => ({ pk: GOING, sk: `run#${id}` });
const LIST_MAX = 50;

const runKey = (id: string) => ({ pk: `run#${id}`, sk: "run" });
const ttlOf = (atMs: number) => Math.ceil(atMs / 1000) + RUN_DAYS * 86_400;

/** False when a run of that id exists. */
export async function insertRun({ id, atMs, status, code, attempt, things, session, ...fixed }: Run): Promise<boolean> {
  // The list's line comes first: a line without its run is left out, a run without its line would not be found.
  await insertItem({ pk: LIST, sk: `${new Date(atMs).toISOString()}#${id}`, id, ttl: ttlOf(atMs) });
  await markGoing(id);
  const kept = { things: JSON.stringify(things), fixed: JSON.stringify(fixed), ttl: ttlOf(atMs) };
  const item = { id, atMs, status, code, attempt, session, ...kept };
  return await insertItem({ ...runKey(id), ...item });
}

/** The newest runs of everybody, newest first. */
export async function listRuns(): Promise<Run[]> {
  const lines = (await listItems(LIST, "2")).slice(-LIST_MAX).reverse();
  const runs = await Promise.all(lines.map(async ({ id }) => (typeof id === "string" ? await findRun(id) : undefined)));
  return runs.filter((run) => run !== undefined);
}

export async function findRun(id: string): Promise<Run | undefined> {
  const item = await getItem(runKey(id));
  if (!item) return undefined;
  const { fixed, things, tally, ...rest } = itemSchema.parse(item);
  const kept = tally === undefined ? {} : { tally: JSON.parse(tally) as object };
  return { ...rest, ...kept, things: JSON.parse(things) as string[], ...(JSON.parse(fixed) as object) } as Run;
}

async function markGoing(id: string): Promise<void> {
  await insertItem({ ...goingKey(id), id, ttl: ttlOf(Date.now()) });
}

/** Forgets that a run has to be sent for. */
export async function forgetGoing(id: string): Promise<void> {
  await deleteItem(goingKey(id));
}

/** Ids of the runs that may have to be sent for. */
export async function listGoing(): Promise<string[]> {
  return (await listItems(GOING, "run#")).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
}

/** What a run moves to; `session` and `next` where a person set it going. */
export interface RunMove {
  status: RunStatus;
  code?: AppErrorCode | null;
  session?: string;
  next?: { attempt: number; things: string[] };
}

/** Moves a run on; false when it was not in one of `from` any more. */
export async function moveRun(id: string, from: readonly RunStatus[], { status, code = null, session, next }: RunMove): Promise<boolean> {
  if (status === "running") await markGoing(id);
  const sets = ["#status = :status", "code = :code", ...(next ? ["attempt = :attempt", "things = :things"] : [])];
  return await updateItem(runKey(id), {
    UpdateExpression: `SET ${[...sets, ...(session === undefined ? [] : ["#session = :session"])].join(", ")}`,
    ConditionExpression: `#status IN (${from.map((_, at) => `:from${at}`).join(", ")})`,
    ExpressionAttributeNames: { "#status": "status", ...(session !== undefined && { "#session": "session" }) },
    ExpressionAttributeValues: {
      ":status": status,
      ":code": code,
      ...(session !== undefined && { ":session": session }),
      ...Object.fromEntries(from.map((word, at) => [`:from${at}`, word])),
      ...(next && { ":attempt": next.attempt, ":things": JSON.stringify(next.things) }),
    },
  });
}

/** Keeps how an attempt ended; a newer attempt is not overwritten. */
export async function saveRunTally(id: string, tally: NonNullable<Run["tally"]>): Promise<void> {
  await updateItem(runKey(id), {
    UpdateExpression: "SET tally = :tally",
    ConditionExpression: "attempt = :attempt",
    ExpressionAttributeValues: { ":tally": JSON.stringify(tally), ":attempt": tally.attempt },
  });
}

/** True when `owner` alone may drive the run until `untilMs`; its own lease it may always prolong. */
export async function takeRunLease(id: string, owner: string, { nowMs, untilMs }: { nowMs: number; untilMs: number }): Promise<boolean> {
  return await updateItem(runKey(id), {
    UpdateExpression: "SET leaseOwner = :owner, leaseUntilMs = :until",
    ConditionExpression: "#status = :running AND (attribute_not_exists(leaseUntilMs) OR leaseUntilMs < :now OR leaseOwner = :owner)",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":owner": owner, ":until": untilMs, ":now": nowMs, ":running": "running" },
  });
}

/** Gives the lease back, so that another server need not wait for its end. */
export async function dropRunLease(id: string, owner: string): Promise<void> {
  await updateItem(runKey(id), {
    UpdateExpression: "REMOVE leaseOwner, leaseUntilMs",
    ConditionExpression: "leaseOwner = :owner",
    ExpressionAttributeValues: { ":owner": owner },
  });
}

/** Keeps what became of one thing; a later attempt replaces an earlier one. */
export async function saveRunResult(run: Run, { thing, attempt, commandId, code }: RunResult): Promise<void> {
  await updateItem(
    { pk: runKey(run.id).pk, sk: `thing#${thing}` },
    {
      UpdateExpression: "SET thing = :thing, attempt = :attempt, commandId = :commandId, code = :code, #ttl = :ttl",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":thing": thing, ":attempt": attempt, ":commandId": commandId, ":code": code, ":ttl": ttlOf(run.atMs) },
    },
  );
}

/** Results of all attempts, the newest of each thing. */
export async function listRunResults(id: string): Promise<RunResult[]> {
  return (await listItems(runKey(id).pk, "thing#")).map((item: WorkspaceItem) => resultSchema.parse(item));
}
