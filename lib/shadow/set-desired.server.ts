import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { describeControls } from "../fleet/describe-thing.ts";
import { AppError } from "../platform/app-error.ts";
import type { AwsKeys } from "../platform/aws-clients.server.ts";
import { admit, type Ask, auditFactsOf, bestEffort, conflictDetails, lookAt } from "./admission.server.ts";
import { auditLog } from "./audit-log.server.ts";
import { type AuditRow, pendingRow } from "./audit-row.ts";
import { accept, refuse } from "./command-model.ts";
import { queueEndMs } from "./command-request.ts";
import { controlKeys, repairControl } from "./control-keys.server.ts";
import { timeoutMsOf } from "./field-policy.ts";
import { readShadow, type ShadowAnswer, type ShadowWrite, writeShadow } from "./shadow-access.server.ts";
import { isSameJson } from "./shadow-state.ts";
import type { ThingFacts } from "./thing-facts.server.ts";

/**
 * Sets desired state in the admin's own name: audit row first, then the shadow with the admin's control keys, `version` and
 * `clientToken = commandId`. A repeat of the same command answers with the row as it stands. The caller has proved a fresh admin.
 * Throws thing/*, command/*, shadow/*, audit/unavailable, fleet/unavailable, credentials/*.
 */
export async function setDesired(ask: Ask): Promise<AuditRow> {
  const looking = lookAt(ask.thing);
  // A repeat needs no look at the thing, so neither does it fail with one.
  looking.catch(() => undefined);
  const earlier = await auditLog().find(ask.request.commandId);
  if (earlier) return repeatOf(earlier, ask);
  const facts = await admit(ask, await looking);
  const row = toPendingRow(ask, facts);
  // Fetched while the row is written; what goes wrong with them is the row's to tell.
  controlKeys(ask.viewer).catch(() => undefined);
  if (!(await auditLog().insert(row))) return repeatOf((await auditLog().find(row.id)) ?? row, ask);
  return await send(ask, facts, row);
}

/** The same id for something else is refused; the same command again is not sent again. */
function repeatOf(row: AuditRow, { viewer, thing, request }: Ask): AuditRow {
  const isSame = row.actor?.sub === viewer.sub && row.thing === thing && isSameJson(row.patch ?? {}, request.patch);
  if (!isSame) throw new AppError("command/duplicate");
  return row;
}

function toPendingRow(ask: Ask, facts: ThingFacts): AuditRow {
  const base = auditFactsOf(ask, facts);
  return pendingRow({
    ...base,
    // Without a shadow there is no version to name: AWS then makes the first one.
    expectedVersion: facts.shadow ? base.expectedVersion : null,
    timeoutMs: timeoutMsOf(ask.request.patch, describeControls(facts.thingType, facts.shadow ?? null)),
    // A device that is there gets its ordinary time; only an absent one is waited for.
    expiresAtMs: facts.isConnected ? null : queueEndMs(ask.request, base.atMs),
  });
}

async function send(ask: Ask, facts: ThingFacts, row: AuditRow): Promise<AuditRow> {
  let answer: ShadowAnswer;
  try {
    answer = await writeInOwnName(ask, row);
  } catch (error) {
    // No keys, so nothing was sent.
    const code = error instanceof AppError ? error.code : "credentials/unavailable";
    await bestEffort(auditLog().transition(row.id, (latest) => refuse(latest, { status: "failed", code, atMs: Date.now() }), row));
    throw error;
  }
  return await conclude(ask, { facts, row, answer });
}

/** What is waited before each further try of a write that AWS refused for its rate of 20 requests/s per shadow. */
const BUSY_WAITS_MS = [150, 400];

/** Refused for its rate, a write has changed nothing and may be sent again as it is. */
async function writeUnlessBusy(keys: AwsKeys, thing: string, write: ShadowWrite): Promise<ShadowAnswer> {
  for (const waitMs of BUSY_WAITS_MS) {
    const answer = await writeShadow(keys, thing, write);
    if (answer.kind !== "busy") return answer;
    await delay(waitMs * (0.5 + Math.random()));
  }
  return await writeShadow(keys, thing, write);
}

/** A 403 right after an admin was made one may only be a policy not yet attached; one repair, one more try. */
async function writeInOwnName({ viewer, thing }: Ask, row: AuditRow): Promise<ShadowAnswer> {
  const write = { desired: row.patch ?? {}, version: row.expectedVersion, clientToken: row.id };
  const answer = await writeUnlessBusy(await controlKeys(viewer), thing, write);
  if (answer.kind !== "forbidden") return answer;
  await repairControl(viewer);
  return await writeUnlessBusy(await controlKeys(viewer), thing, write);
}

async function conclude(ask: Ask, { facts, row, answer }: { facts: ThingFacts; row: AuditRow; answer: ShadowAnswer }): Promise<AuditRow> {
  const atMs = Date.now();
  const end = (status: "refused" | "denied", code: AppError["code"]) =>
    bestEffort(auditLog().transition(row.id, (latest) => refuse(latest, { status, code, atMs }), row));
  switch (answer.kind) {
    case "accepted": {
      // The write carried the version that was read, so what was reported then is what is reported now.
      const accepted = { version: answer.version, atMs, reported: facts.shadow?.reported };
      let current = accept(row, accepted);
      await bestEffort(auditLog().transition(row.id, (latest) => (current = accept(latest, accepted)), row));
      return current;
    }
    case "conflict":
      await end("refused", "shadow/conflict");
      throw new AppError("shadow/conflict", { details: await conflictDetails(ask, { shadow: await readShadow(ask.thing) }) });
    case "forbidden":
      await end("denied", "session/not-permitted");
      throw new AppError("session/not-permitted", {
        details: { refusedBy: "AWS IoT", action: "iot:UpdateThingShadow", resource: `thing/${ask.thing}` },
      });
    case "rejected":
      await end("refused", "shadow/rejected");
      throw new AppError("shadow/rejected");
    case "busy":
      await end("refused", "shadow/busy");
      throw new AppError("shadow/busy", { retryAfterMs: 1_000 });
    case "unknown":
      throw new AppError("shadow/outcome-unknown", { cause: answer.cause, details: { commandId: row.id } });
  }
}
