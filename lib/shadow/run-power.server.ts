import "server-only";
import { AppError } from "../platform/app-error.ts";
import { env } from "../platform/env.server.ts";
import { groupsOf, readVerifiedClaims } from "../session/id-token.server.ts";
import type { Viewer } from "../session/viewer.server.ts";

const RENEW_EVERY_MS = 5_000;

/**
 * The owner of a run as seen after the request is over: every few seconds the session is asked again, so that a run ends with the session
 * and with the membership of `admins`. Answers a viewer whose token and sites are fresh. Throws session/expired, session/not-permitted.
 */
export function createRunPower(viewer: Viewer): () => Promise<Viewer> {
  let current = viewer;
  // A run may be set going by a look at it, and a look is made with a token of any age.
  let renewedAtMs = -Infinity;
  return async () => {
    if (performance.now() - renewedAtMs < RENEW_EVERY_MS) return current;
    const idToken = await viewer.renewIdToken();
    const groups = groupsOf(readVerifiedClaims(idToken), env().OIDC_GROUPS_CLAIM);
    if (!groups.includes("admins")) throw new AppError("session/not-permitted");
    const sites = viewer.sites.filter(({ id }) => groups.includes("all-sites") || groups.includes(`site-${id}`));
    renewedAtMs = performance.now();
    current = { ...viewer, groups, sites, idToken: () => Promise.resolve(idToken) };
    return current;
  };
}
