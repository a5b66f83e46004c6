"use client";

import { type ConnectionState, type DoctorStep, type DropCounters, type LinkGap, NO_DROPS } from "@/lib/connection/connection-state";

const CONNECTING: ConnectionState = { status: "connecting", sinceMs: 0 };
const UNTRUSTED = { isTrusted: false, asOfMs: null };
const NO_STEPS: DoctorStep[] = [];
const NO_GAPS: LinkGap[] = [];

/** The state of this tab's connection. */
export function useConnectionState(): ConnectionState {
  return CONNECTING;
}

/** False one second after the link is lost: dim the data "as of" `asOfMs` and lock controls. True again after state was re-read. */
export function useLinkIsTrusted(): { isTrusted: boolean; asOfMs: number | null } {
  return UNTRUSTED;
}

/** Skips the wait before the next attempt; stable. */
export function useRetryNow(): () => void {
  return () => undefined;
}

/** The steps from sign-in to live values, with the one that fails, the denied action and the fix. */
export function useDoctor(): DoctorStep[] {
  return NO_STEPS;
}

/** What did not reach the screen, and why. */
export function useDropCounters(): DropCounters {
  return NO_DROPS;
}

/** When this tab was disconnected, oldest first. */
export function useLinkGaps(): LinkGap[] {
  return NO_GAPS;
}
