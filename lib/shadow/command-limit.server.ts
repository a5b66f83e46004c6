import "server-only";
import { processSingleton } from "../platform/process-singleton.ts";
import { createRateLimit } from "../platform/rate-limit.ts";
import type { Viewer } from "../session/viewer.server.ts";

/** Faster than a hand, slower than a script that would fill the log or the account's limits. */
const LIMIT = { burstCount: 40, perSecond: 10 };

const limit = processSingleton("command-limit", () => createRateLimit(LIMIT));

/** Bounds what one person may ask for, permitted or not. Throws rate/limited. */
export function limitCommands(viewer: Viewer): void {
  limit().take(viewer.sub);
}
