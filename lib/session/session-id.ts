import { createHash, randomBytes } from "node:crypto";

const SHAPE = /^[\w-]{43}$/;

/** A new session id: 256 random bits, known to the browser's cookie only. */
export function createSessionId(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * The name of the session in the table, in lists and in logs: a SHA-256 of the id, so that a dump of the table opens no session.
 * Undefined for text that cannot be a session id.
 */
export function hashSessionId(sessionId: string): string | undefined {
  return SHAPE.test(sessionId) ? createHash("sha256").update(sessionId).digest("hex") : undefined;
}
