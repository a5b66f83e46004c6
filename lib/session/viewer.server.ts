import "server-only";
import { AppError } from "../platform/app-error.ts";
import type { ViewerSummary } from "./viewer.ts";

export type { Role, ViewerSummary } from "./viewer.ts";

/** The person behind the current request, proved by the session row and a verified ID token. */
export interface Viewer extends ViewerSummary {
  /** Names the session in logs, audit rows and lists; it is a hash, not the cookie's value. */
  sessionId: string;
  /** A verified, unexpired ID token; server only. Guests have none: throws session/not-permitted. */
  idToken(): Promise<string>;
  /** ID-token claims for the Access page, as verified. */
  claims: Readonly<Record<string, unknown>>;
}

/** The viewer of the current request; throws session/expired, or session/unavailable when the session cannot be read. */
export function requireViewer(): Promise<Viewer> {
  return Promise.reject(new AppError("session/expired"));
}

/** Like requireViewer, for pages: sends the browser to /sign-in with the way back instead of throwing session/expired. */
export function requireViewerOrSignIn(_returnTo?: string): Promise<Viewer> {
  return requireViewer();
}

/**
 * The viewer with groups read from the user pool at most `ageMsMax` ms ago (a forced token refresh when the ID token is older), so that
 * an admin who lost the group cannot switch anything with an old token. Writes call this instead of requireViewer.
 */
export function requireFreshViewer(_ageMsMax?: number): Promise<Viewer> {
  return requireViewer();
}
