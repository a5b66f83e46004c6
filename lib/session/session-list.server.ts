import "server-only";
import type { SessionEntry } from "./session-entry.ts";
import { sessionService } from "./session-service.server.ts";
import { userAgentLabel } from "./user-agent-label.ts";
import type { Viewer } from "./viewer.server.ts";

/** The viewer's live sessions, this one first. */
export async function listSessions(viewer: Viewer): Promise<SessionEntry[]> {
  const { sessions } = sessionService();
  const entries = (await sessions.list(viewer.sub)).map((row) => ({
    id: row.hash,
    isCurrent: row.hash === viewer.sessionId,
    browser: userAgentLabel(row.userAgent),
    signedInAtMs: row.createdMs,
    lastUsedAtMs: row.lastSeenMs,
    expiresAtMs: sessions.endsAtMs(row),
  }));
  return entries.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
}
