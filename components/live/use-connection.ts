"use client";

import { useCallback } from "react";
import { type ConnectionState, type DoctorStep, type DropCounters, type KeysOutlook, NO_DROPS } from "@/lib/connection/connection-state";
import type { LinkTrust } from "@/lib/telemetry/link-trust";
import { useLiveSession } from "./live-provider";
import { useSessionSnapshot, useStoreSnapshot } from "./use-store-snapshot";

const CONNECTING: ConnectionState = { status: "connecting", sinceMs: 0 };
const TRUSTED: LinkTrust = { isTrusted: true, asOfMs: null };
const NO_STEPS: DoctorStep[] = [];

/** The state of this tab's connection. */
export function useConnectionState(): ConnectionState {
  return useSessionSnapshot((session) => session.state(), CONNECTING);
}

/**
 * False one second after the link is lost: dim the data "as of" `asOfMs` and lock controls. True again after state was re-read.
 * A page that has just been opened is trusted for the first seconds: it shows what the server read a moment ago.
 */
export function useLinkIsTrusted(): LinkTrust {
  return useSessionSnapshot((session) => session.trust(), TRUSTED);
}

/** Skips the wait before the next attempt; stable. */
export function useRetryNow(): () => void {
  const session = useLiveSession();
  return useCallback(() => session?.retryNow(), [session]);
}

/** The steps from sign-in to live values, with the one that fails, the denied action and the fix. */
export function useDoctor(): DoctorStep[] {
  return useSessionSnapshot((session) => session.doctor(), NO_STEPS);
}

/** Why the keys cannot be renewed just now, and when those at hand end; null while nothing is wrong. */
export function useKeysOutlook(): KeysOutlook | null {
  return useSessionSnapshot((session) => session.keys(), null);
}

/** What did not reach the screen, and why. */
export function useDropCounters(): DropCounters {
  return useStoreSnapshot((store) => store.counters(), NO_DROPS);
}
