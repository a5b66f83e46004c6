import "server-only";
import { AppError } from "../platform/app-error.ts";
import type { Viewer } from "../session/viewer.server.ts";

/** The log is for admins. Throws session/not-permitted. */
export function requireAuditor(viewer: Viewer): Viewer {
  if (viewer.role !== "admin") throw new AppError("session/not-permitted", { details: { needs: "admins" } });
  return viewer;
}
