import type { JsonObject } from "../fleet/thing.ts";

/** The rows of the audit log: what people asked for, what they were refused, and what happened without them. */
export type AuditKind =
  /** A change that a person asked for. */
  | "command"
  /** A person took a command back. */
  | "withdraw"
  /** A queued command's time ran out, and the system took it back. */
  | "expiry"
  /** Someone wrote the shadow without going through the deck. */
  | "outside"
  /** A lock-out tag was put on or taken off. */
  | "lock"
  | "unlock"
  /** A person has seen an alarm, put it off until a time, or said whose task it is. */
  | "acknowledge"
  | "snooze"
  | "assign";

/**
 * Where a row stands. `pending`, `accepted` and `timed-out` may still move; the others are final.
 * `timed-out` is an outcome too: it moves only when the device reports late, or a person decides.
 */
export type AuditStatus =
  | "pending"
  | "accepted"
  | "confirmed"
  | "rejected-by-device"
  | "timed-out"
  | "expired"
  | "withdrawn"
  | "superseded"
  | "changed-by-someone-else"
  | "denied"
  | "refused"
  | "failed"
  | "unknown"
  | "recorded";

/** Statuses that a later event may still change. */
export const OPEN_STATUSES: ReadonlySet<AuditStatus> = new Set(["pending", "accepted", "timed-out"]);
/** Statuses in which somebody still waits. */
export const WAITING_STATUSES: ReadonlySet<AuditStatus> = new Set(["pending", "accepted"]);

/** True for the answers to an alarm: their field is a metric, not a control. */
export const isAlarmAnswer = (kind: AuditKind): boolean => kind === "acknowledge" || kind === "snooze" || kind === "assign";

/** Who asked: a person, or null for the system and for writers that AWS does not name. */
export interface Actor {
  sub: string;
  username: string;
  name: string;
}

/** Where a request came from, as far as the server can tell. */
export interface Origin {
  via: "web" | "run" | "system" | "outside";
  ip?: string;
  userAgent?: string;
}

/** How a row ends, or how it would end if its write turns out to have been accepted. */
export interface Ending {
  status: AuditStatus;
  atMs: number;
  /** The shadow version that showed it. */
  version?: number;
  reported?: JsonObject;
  /** The device's own words. */
  words?: string;
  /** The row whose change replaced this one. */
  byId?: string;
}

/** What is fixed when a row is written. */
export interface AuditFacts {
  /** The command id (= shadow clientToken); ids of the system's own rows start with a letter and a hyphen. */
  id: string;
  kind: AuditKind;
  atMs: number;
  actor: Actor | null;
  origin: Origin;
  thing: string;
  /** What the thing was then: its fields' words go by it. Absent where nobody looked. */
  thingType?: string;
  site: string | null;
  /** The desired change; null where no readable one was given. */
  patch: JsonObject | null;
  fields: string[];
  /** What was reported and desired of those fields before. */
  before: { reported: JsonObject; desired: JsonObject } | null;
  expectedVersion: number | null;
  timeoutMs: number;
  /** Set for a command that waits for an offline device: when it is taken back. */
  expiresAtMs: number | null;
  run: string | null;
  /** For withdraw and expiry rows: the command they take back. */
  of: string | null;
  /** The note of a lock-out tag or of an acknowledgement. */
  note: string | null;
}

/** What changes while a row lives; nothing else of a row is ever written again. */
export interface AuditOutcome {
  status: AuditStatus;
  statusAtMs: number;
  /** The shadow version this row's write made; no other row has it. */
  version: number | null;
  acceptedAtMs: number | null;
  /** From the audit row's writing to the report that confirmed it. */
  latencyMs: number | null;
  reported: JsonObject | null;
  words: string | null;
  /** AppError code of a denied, refused or failed row. */
  code: string | null;
  byId: string | null;
  /** When the outcome is owed; null when it is not. */
  deadlineMs: number | null;
  /** A report that arrived before the write was known to be accepted. */
  early: Ending | null;
  /** Counts changes; the fence of every conditional update. */
  revision: number;
}

export type AuditRow = AuditFacts & AuditOutcome;

/** How long a server may take to say whether the shadow took a write before others look for themselves. */
export const PENDING_GRACE_MS = 20_000;
export const DEFAULT_TIMEOUT_MS = 10_000;
/** Rows are kept for 90 days. */
export const AUDIT_DAYS = 90;

const NO_OUTCOME: Omit<AuditOutcome, "status" | "statusAtMs"> = {
  version: null,
  acceptedAtMs: null,
  latencyMs: null,
  reported: null,
  words: null,
  code: null,
  byId: null,
  deadlineMs: null,
  early: null,
  revision: 0,
};

/** A row whose write is about to be sent. */
export function pendingRow(facts: AuditFacts): AuditRow {
  return { ...facts, ...NO_OUTCOME, status: "pending", statusAtMs: facts.atMs, deadlineMs: facts.atMs + PENDING_GRACE_MS };
}

/** A row that ends where it starts: nothing was sent to the shadow. */
export function closedRow(
  facts: AuditFacts,
  ending: { status: "denied" | "refused" | "recorded"; code?: string; words?: string },
): AuditRow {
  return { ...facts, ...NO_OUTCOME, status: ending.status, statusAtMs: facts.atMs, code: ending.code ?? null, words: ending.words ?? null };
}
