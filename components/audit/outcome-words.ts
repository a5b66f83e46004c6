import type { MarkShape, MarkTone } from "@/components/ui/status-mark";
import type { AuditKind, AuditStatus } from "@/lib/shadow/audit-row";
import type { RunRow } from "@/lib/shadow/run";

export interface OutcomeLook {
  word: string;
  shape: MarkShape;
  tone: MarkTone;
}

const look = (word: string, shape: MarkShape, tone: MarkTone): OutcomeLook => ({ word, shape, tone });

/** How each outcome looks: word, shape and colour together. */
export const OUTCOMES: Readonly<Record<AuditStatus | RunRow["outcome"], OutcomeLook>> = {
  confirmed: look("Confirmed", "filled", "live"),
  accepted: look("Waiting for device", "half", "accent"),
  pending: look("Sending", "half", "accent"),
  waiting: look("Not sent yet", "dashed", "offline"),
  skipped: look("Not sent", "hollow", "offline"),
  "timed-out": look("Timed out", "clock", "quiet"),
  "rejected-by-device": look("Refused by device", "triangle", "alarm"),
  superseded: look("Superseded", "hollow", "offline"),
  "changed-by-someone-else": look("Changed by someone else", "hollow", "quiet"),
  withdrawn: look("Withdrawn", "hollow", "offline"),
  expired: look("Expired", "clock", "offline"),
  denied: look("Not permitted", "triangle", "alarm"),
  refused: look("Refused", "triangle", "quiet"),
  failed: look("Failed", "triangle", "alarm"),
  unknown: look("Outcome unknown", "hatched", "quiet"),
  recorded: look("Recorded", "filled", "offline"),
};

/** What kind of row it is. */
export const KINDS: Readonly<Record<AuditKind, string>> = {
  command: "Command",
  withdraw: "Withdrawal",
  expiry: "Expiry",
  outside: "Outside Thingdeck",
  lock: "Locked out",
  unlock: "Lock taken off",
  acknowledge: "Alarm acknowledged",
  snooze: "Alarm snoozed",
  assign: "Alarm assigned",
};

/** Which way a change came. */
export const ORIGINS = { web: "Web", run: "Bulk run", system: "System", outside: "Outside" } as const;

/** The statuses of the log, in the order of the filter. */
export const AUDIT_STATUS_LIST = (Object.keys(OUTCOMES) as (AuditStatus | RunRow["outcome"])[]).filter(
  (status): status is AuditStatus => status !== "waiting" && status !== "skipped",
);
