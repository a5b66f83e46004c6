import type { Clock } from "../../platform/clock.ts";
import type { AuthorizeRequest } from "../oauth/authorize-request.ts";

/** A browser that went to an identity provider and is awaited back. */
export interface PendingFederation {
  readonly providerName: string;
  readonly request: AuthorizeRequest;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Value of the cookie that proves the same browser comes back. */
  readonly browser: string;
}

export interface PendingFederations {
  open(pending: PendingFederation): void;
  /** Answers once per state. */
  take(state: string): PendingFederation | undefined;
}

export const FEDERATION_MS = 10 * 60_000;
const PENDING_MAX = 10_000;

/** One cookie per attempt, so that two tabs do not undo each other. */
export function federationCookieName(state: string): string {
  return `cognito-idp-${state.slice(0, 16)}`;
}

export function createPendingFederations(clock: Clock): PendingFederations {
  const pending = new Map<string, { value: PendingFederation; expiresAtMs: number }>();
  return {
    open: (value) => {
      const nowMs = clock.nowMs();
      for (const [state, entry] of pending) {
        if (entry.expiresAtMs > nowMs && pending.size < PENDING_MAX) break;
        pending.delete(state);
      }
      pending.set(value.state, { value, expiresAtMs: nowMs + FEDERATION_MS });
    },
    take: (state) => {
      const entry = pending.get(state);
      pending.delete(state);
      return entry !== undefined && clock.nowMs() < entry.expiresAtMs ? entry.value : undefined;
    },
  };
}
