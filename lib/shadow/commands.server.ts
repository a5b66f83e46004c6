import "server-only";
import { AppError } from "../platform/app-error.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { auditLog } from "./audit-log.server.ts";
import { type AuditRow, OPEN_STATUSES } from "./audit-row.ts";
import { keepWaiting } from "./command-model.ts";
import { controlKeys, repairControl } from "./control-keys.server.ts";
import { type Asker, actorOf } from "./request-origin.ts";
import { isDue, settleRow, type ShadowPort, takeBack } from "./settle-due.ts";
import { readShadow, writeShadow } from "./shadow-access.server.ts";

const ROW_ID = /^[\w:.-]{1,220}$/;
const RECONCILE_ROWS_MAX = 200;

const reading = { shadows: { read: readShadow }, nowMs: () => Date.now() };

/** A row of the log as it stands, its outcome settled when it is owed. Throws command/not-found, also for rows of foreign sites. */
export async function findCommand(viewer: Viewer, id: string): Promise<AuditRow> {
  const row = ROW_ID.test(id) ? await auditLog().find(id) : undefined;
  if (!row || !mayRead(viewer, row)) throw new AppError("command/not-found");
  return isDue(row, Date.now()) ? await settleRow(row, { store: auditLog(), ...reading }) : row;
}

/** Rows of the viewer's sites, and the viewer's own, which may name no site. */
export function mayRead(viewer: Viewer, row: AuditRow): boolean {
  if (row.site === null) return row.actor?.sub === viewer.sub || viewer.groups.includes("all-sites");
  return viewer.sites.some(({ id }) => id === row.site);
}

/** Takes a command back: desired becomes what the device reports. Throws command/not-found, command/nothing-to-do, shadow/*, credentials/*. */
export async function withdrawCommand({ viewer, origin }: Asker, id: string): Promise<AuditRow> {
  const row = await findCommand(viewer, id);
  if (row.kind !== "command" || !OPEN_STATUSES.has(row.status) || row.status === "pending") throw new AppError("command/nothing-to-do");
  const facts = { id: `w-${row.id}`, kind: "withdraw" as const, actor: actorOf(viewer), origin, site: row.site };
  const result = await takeBack(row, facts, { store: auditLog(), nowMs: reading.nowMs, shadows: shadowsOf(viewer) });
  if (result.kind === "conflict") throw new AppError("shadow/busy", { retryAfterMs: 1_000 });
  return result.row;
}

/** Gives the device its time once more. Throws command/not-found, command/nothing-to-do. */
export async function keepWaitingForCommand({ viewer }: Asker, id: string): Promise<AuditRow> {
  await findCommand(viewer, id);
  const row = await auditLog().transition(id, (latest) => {
    const extended = latest.kind === "command" ? keepWaiting(latest, Date.now()) : undefined;
    if (!extended) throw new AppError("command/nothing-to-do");
    return extended;
  });
  if (!row) throw new AppError("command/not-found");
  return row;
}

/** Shadows in the admin's own power; a refusal by AWS or a missing answer is an error, a conflict is an answer. */
function shadowsOf(viewer: Viewer): ShadowPort {
  return {
    read: readShadow,
    async write(thing, update) {
      let answer = await writeShadow(await controlKeys(viewer), thing, update);
      if (answer.kind === "forbidden") {
        await repairControl(viewer);
        answer = await writeShadow(await controlKeys(viewer), thing, update);
      }
      switch (answer.kind) {
        case "accepted":
        case "conflict":
          return answer;
        case "forbidden":
          throw new AppError("session/not-permitted", { details: { refusedBy: "AWS IoT", action: "iot:UpdateThingShadow" } });
        case "busy":
          throw new AppError("shadow/busy", { retryAfterMs: 1_000 });
        case "rejected":
          throw new AppError("shadow/rejected");
        case "unknown":
          throw new AppError("shadow/outcome-unknown", { cause: answer.cause });
      }
    },
  };
}

/** Settles what is overdue, whoever left it behind; the scheduled function does the same every minute. Throws audit/unavailable, shadow/unavailable. */
export async function reconcile(): Promise<void> {
  for (const row of await auditLog().listDue(Date.now(), RECONCILE_ROWS_MAX)) await settleRow(row, { store: auditLog(), ...reading });
}
