/** AWS IoT's disconnect reasons (lifecycle events) in plain words. */
const REASONS: Record<string, string> = {
  AUTH_ERROR: "its sign-in was not accepted",
  CLIENT_INITIATED_DISCONNECT: "it closed the connection itself",
  CLIENT_ERROR: "it broke the protocol",
  CONNECTION_LOST: "its connection was cut",
  DUPLICATE_CLIENTID: "another client took its name",
  FORBIDDEN_ACCESS: "its policy did not allow what it tried",
  MQTT_KEEP_ALIVE_TIMEOUT: "it stopped answering",
  SERVER_ERROR: "the service had an error",
  SERVER_INITIATED_DISCONNECT: "the service closed the connection",
  THROTTLED: "it sent more than it may",
  WEBSOCKET_TTL_EXPIRATION: "its connection reached the time limit",
  CUSTOMAUTH_TTL_EXPIRATION: "its permission to connect ran out",
  API_INITIATED_DISCONNECT: "an administrator closed the connection",
};

/** Why a thing is offline, for the end of a sentence; an unknown reason is shown as AWS wrote it, null stays null. */
export function offlineWords(reason: string | null): string | null {
  if (reason === null || reason === "" || reason === "NONE" || reason === "UNKNOWN") return null;
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? null) : reason.toLowerCase().replaceAll("_", " ").slice(0, 80);
}
