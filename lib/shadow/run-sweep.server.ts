import "server-only";
import { AppError, meaningOf } from "../platform/app-error.ts";
import { type Viewer, viewerOfSession } from "../session/viewer.server.ts";
import type { Run } from "./run.ts";
import { ensureDriven, resume } from "./run-driver.server.ts";
import { findRun, forgetGoing, listGoing } from "./run-store.server.ts";

/** How a run's owner is asked for; the session layer's own way unless a test hands in another. */
export type OwnerOf = (session: string) => Promise<Viewer>;

/**
 * Takes over every run that no server sends for: one whose server died, and one that paused for want of a service. It is done in the owner's
 * name as long as the session that started the run lives and is an admin's; otherwise the run pauses and says so. Throws workspace/unavailable.
 */
export async function sweepRuns(ownerOf: OwnerOf = viewerOfSession): Promise<void> {
  for (const id of await listGoing()) {
    const found = await findRun(id);
    const run = found && isWaitingForService(found) ? await resume(found) : found;
    if (!run || run.status === "done" || run.status === "stopped") await forgetGoing(id);
    else if (run.status === "running") await ensureDriven(run, () => openOwner(run, ownerOf), run.origin);
  }
}

/** Paused for a reason that passes by itself; a lost session or right does not. */
function isWaitingForService({ status, code }: Run): boolean {
  return status === "paused" && code !== null && meaningOf(code).isRetryable;
}

async function openOwner({ by, session }: Run, ownerOf: OwnerOf): Promise<Viewer> {
  const viewer = await ownerOf(session);
  if (viewer.sub !== by.sub) throw new AppError("session/expired");
  if (viewer.role !== "admin") throw new AppError("session/not-permitted");
  return viewer;
}
