/** Name of the BroadcastChannel on which the tabs of one browser tell each other who is signed in. */
export const SESSION_CHANNEL = "thingdeck:session";

/** `sub` is the subject it is about; a tab of another subject must end too, because the cookie is shared. */
export interface SessionMessage {
  type: "signed-out" | "signed-in";
  sub: string;
}

/** Reads a message from the channel; undefined for anything else. */
export function parseSessionMessage(data: unknown): SessionMessage | undefined {
  const { type, sub } = (typeof data === "object" && data !== null ? data : {}) as { type?: unknown; sub?: unknown };
  const isMessage = (type === "signed-out" || type === "signed-in") && typeof sub === "string";
  return isMessage ? { type, sub } : undefined;
}
