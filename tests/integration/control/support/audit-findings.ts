import type { JsonObject } from "../../../../lib/fleet/thing.ts";
import type { AuditRow } from "../../../../lib/shadow/audit-row.ts";
import type { ShadowChange } from "../../../../lib/shadow/command-model.ts";
import { isReached, isSameJson, pickState } from "../../../../lib/shadow/shadow-state.ts";
import type { Asked } from "./storm.ts";

export interface Evidence {
  thing: string;
  rows: readonly AuditRow[];
  /** What each version changed, as a second subscriber saw it. */
  versions: ReadonlyMap<number, ShadowChange>;
  /** Everything the device said. */
  diary: readonly JsonObject[];
  asked: readonly Asked[];
}

const NOT_MADE = new Set<AuditRow["status"]>(["denied", "refused", "failed"]);
const OPEN = new Set<AuditRow["status"]>(["pending", "accepted"]);

/** Everything in which the log and what happened disagree; empty when the log is true. */
export function auditFindings(evidence: Evidence): string[] {
  return [...versionFindings(evidence), ...evidence.rows.flatMap((row) => rowFindings(row, evidence)), ...answerFindings(evidence)];
}

const nameOf = (row: AuditRow) => `${row.thing} ${row.kind} ${row.id} ${row.status} v${String(row.version)} ${JSON.stringify(row.patch)}`;

function versionFindings({ thing, rows, versions }: Evidence): string[] {
  const owners = new Map<number, AuditRow[]>();
  for (const row of rows) if (row.version !== null) owners.set(row.version, [...(owners.get(row.version) ?? []), row]);
  const findings: string[] = [];
  for (const [version, owning] of owners) {
    if (owning.length > 1) findings.push(`${thing} v${version} has ${owning.length} rows: ${owning.map(({ id }) => id).join(", ")}`);
    const change = versions.get(version);
    const [row] = owning;
    if (!row) continue;
    if (!change) findings.push(`${nameOf(row)}: nobody saw this version`);
    else if (row.kind !== "outside" && change.clientToken !== row.id)
      findings.push(`${nameOf(row)}: the version is ${String(change.clientToken)}'s`);
  }
  for (const [version, change] of versions) {
    const isChange = Object.keys(change.desiredDiff).length > 0;
    if (isChange && !owners.has(version))
      findings.push(`${thing} v${version} ${JSON.stringify(change.desiredDiff)} by ${String(change.clientToken)} has no row`);
  }
  return findings;
}

function rowFindings(row: AuditRow, { versions, diary }: Evidence): string[] {
  const findings: string[] = [];
  const say = (what: string) => findings.push(`${nameOf(row)}: ${what}`);
  const changes = [...versions.values()]
    .filter(({ version }) => version >= (row.version ?? Infinity))
    .sort((a, b) => a.version - b.version);
  if (OPEN.has(row.status)) say("has no outcome");
  if (NOT_MADE.has(row.status) && row.version !== null) say("was not made and has a version");
  const patch = row.patch ?? {};
  if (row.status === "confirmed") {
    if (!changes.some(({ after }) => isReached(after.reported, patch))) say("no version shows it reported");
    if (row.kind === "command" && !wasSaid(diary, patch)) say("the device never said so");
    if (row.reported && !isReached(row.reported, patch)) say(`claims ${JSON.stringify(row.reported)}`);
  }
  if (row.status === "rejected-by-device" && !diary.some(({ lastError }) => isRefusal(lastError, row))) say("the device never refused it");
  if (row.reported && !isSeen(row.reported, patch, versions)) say(`nobody saw ${JSON.stringify(row.reported)} reported`);
  if (row.status === "timed-out" && changes.some(({ after }) => isReached(after.desired, patch) && isReached(after.reported, patch)))
    say("the device reported it, but it counts as timed out");
  return findings;
}

/** Every field of the patch was said at some time, possibly in several reports. */
function wasSaid(diary: readonly JsonObject[], patch: JsonObject): boolean {
  return Object.entries(patch).every(([field, value]) => diary.some((said) => isReached(said, { [field]: value })));
}

function isRefusal(lastError: unknown, row: AuditRow): boolean {
  const { commandId, field, message } = (lastError ?? {}) as { commandId?: unknown; field?: string; message?: unknown };
  return message === row.words && (commandId === row.id || (commandId === null && row.fields.includes(field ?? "")));
}

function isSeen(reported: JsonObject, patch: JsonObject, versions: Evidence["versions"]): boolean {
  return [...versions.values()].some(({ before, after }) =>
    [before, after].some((document) => isSameJson(pickState(document.reported, patch), reported)),
  );
}

/** A command that was answered as taken has its row, and one that was refused made no version. */
function answerFindings({ thing, rows, asked, versions }: Evidence): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const written = new Set(
    [...versions.values()].filter(({ desiredDiff }) => Object.keys(desiredDiff).length > 0).map(({ clientToken }) => clientToken),
  );
  const mine = asked.filter((each) => each.thing === thing);
  const taken = new Set(mine.filter(({ answer }) => answer.status === 200).map(({ commandId }) => commandId));
  return mine.flatMap(({ commandId, answer }) => {
    const code = answer.body.error?.code ?? "";
    if (answer.status === 200 && !byId.has(commandId)) return [`${commandId} was answered as taken and has no row`];
    if (code === "audit/unavailable" && !taken.has(commandId) && written.has(commandId) && !byId.has(commandId))
      return [`${commandId} was written although the log was down`];
    if (answer.status >= 500 && code === "service/internal") return [`${commandId} was answered with service/internal`];
    return [];
  });
}
