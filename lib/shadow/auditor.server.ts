import "server-only";
import { AppError } from "../platform/app-error.ts";
import { log } from "../platform/log.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { reconcileOnce } from "./commands.server.ts";

/** The log is for admins. Throws session/not-permitted. */
export function requireAuditor(viewer: Viewer): Viewer {
  if (viewer.role !== "admin") throw new AppError("session/not-permitted", { details: { needs: "admins" } });
  reconcileOnce().catch((error: unknown) =>
    log.warn({ err: error }, "left-over commands could not be settled; the scheduled function will"),
  );
  return viewer;
}
