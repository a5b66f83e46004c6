import type { IndexedState, JsonObject, ThingSummary } from "./thing.ts";

/** A device raises an alarm by reporting `alarm`: true, a word, or a list that is not empty. */
export function hasReportedAlarm({ alarm }: JsonObject): boolean {
  if (Array.isArray(alarm)) return alarm.length > 0;
  return alarm === true || (typeof alarm === "string" && alarm !== "" && alarm !== "none");
}

/** The state the index tells: a connected thing counts as live, because only who listens can know that it is late. */
export function indexedState({ connectivity, shadow }: Pick<ThingSummary, "connectivity" | "shadow">): IndexedState {
  const reported = shadow?.reported ?? {};
  if (connectivity?.isConnected === true) return hasReportedAlarm(reported) ? "alarm" : "live";
  return connectivity?.atMs == null && Object.keys(reported).length === 0 ? "never-seen" : "offline";
}
