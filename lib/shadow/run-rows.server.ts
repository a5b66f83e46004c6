import "server-only";
import { auditLog } from "./audit-log.server.ts";
import type { AuditRow } from "./audit-row.ts";
import { hasStopped, type Run, type RunResult, type RunRow } from "./run.ts";
import { listRunResults } from "./run-store.server.ts";
import { isDue, settleRow } from "./settle-due.ts";
import { readShadow } from "./shadow-access.server.ts";

const PAGE_ROWS = 500;
/** Due rows settled while the page is looked at; the scheduled function does the rest. */
const SETTLE_AT_ONCE = 20;

/** A row per thing of the run: what became of sending, and what the log says of the command. Throws workspace/unavailable, audit/unavailable. */
export async function readRows(run: Run): Promise<RunRow[]> {
  const [results, commands] = await Promise.all([listRunResults(run.id), readCommands(run.id)]);
  const byThing = new Map(results.map((result) => [result.thing, result]));
  return run.all.map((thing) => toRow(run, thing, { result: byThing.get(thing), commands }));
}

function toRow(run: Run, thing: string, { result, commands }: { result: RunResult | undefined; commands: Map<string, AuditRow> }): RunRow {
  const isOwed = run.things.includes(thing) && result?.attempt !== run.attempt;
  if (!result || isOwed) {
    const outcome = hasStopped(run, Date.now()) ? "skipped" : "waiting";
    return { thing, commandId: null, outcome, code: null, latencyMs: null, words: null, reported: null };
  }
  const command = commands.get(result.commandId);
  const outcome = command?.status ?? (result.code === null ? "pending" : "refused");
  const { latencyMs = null, words = null, reported = null } = command ?? {};
  return { thing, commandId: result.commandId, outcome, code: result.code, latencyMs, words, reported };
}

async function readCommands(run: string): Promise<Map<string, AuditRow>> {
  const rows: AuditRow[] = [];
  let beforeAt: string | undefined;
  do {
    const page = await auditLog().listPage({ index: "by-run", partition: run, beforeAt, limit: PAGE_ROWS });
    rows.push(...page.rows);
    beforeAt = page.lastAt;
  } while (beforeAt !== undefined);
  const parts = { store: auditLog(), shadows: { read: readShadow }, nowMs: () => Date.now() };
  const due = rows.filter((row) => isDue(row, Date.now())).slice(0, SETTLE_AT_ONCE);
  const settled = await Promise.all(due.map((row) => settleRow(row, parts)));
  return new Map([...rows, ...settled].map((row) => [row.id, row]));
}
