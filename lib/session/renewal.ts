/** ID tokens are renewed this long before they expire, so that no request has to wait for it. */
export const RENEW_AHEAD_MS = 5 * 60_000;

/** Open tabs look at their session once a minute and have a token of over this age renewed, so that a change of groups takes effect. */
export const GROUPS_AGE_MS = 5 * 60_000;

/** When an open tab's ID token is due for renewal. */
export function nextRenewalAtMs({ obtainedAtMs, expiresAtMs }: { obtainedAtMs: number; expiresAtMs: number }): number {
  return Math.min(expiresAtMs - RENEW_AHEAD_MS, obtainedAtMs + GROUPS_AGE_MS);
}
