import type { MarkShape, MarkTone } from "@/components/ui/status-mark";
import type { ConnectionState } from "@/lib/connection/connection-state";
import { durationWords } from "../fleet/time-words";

export interface ConnectionWords {
  readonly shape: MarkShape;
  readonly tone: MarkTone;
  /** What the chip says. */
  readonly chip: string;
  /** The same in fewer, for a screen on which these are cut; absent where they fit. */
  readonly chipShort?: string;
  /** What a screen reader is told when the state changes: no figures that tick. */
  readonly spoken: string;
}

/** For a person who belongs to no site. */
export const NOTHING_TO_SEE: ConnectionWords = {
  shape: "hollow",
  tone: "offline",
  chip: "Not connected",
  spoken: "Not connected: you belong to no site yet",
};

const untilWords = (atMs: number, nowMs: number): string | null => (atMs - nowMs < 1000 ? null : `in ${durationWords(atMs - nowMs)}`);

/** Why nothing is live, and what happens next; for a page whose data is not trusted. */
export function lossSentence(state: ConnectionState, nowMs: number): string {
  switch (state.status) {
    case "reconnecting":
      return `${state.reason.sentence} ${connectionWords(state, nowMs).chip}, attempt ${state.attempt}.`;
    case "setting-up":
      return "Your access is being set up, which takes minutes at most the first time.";
    case "connecting":
      return "Connecting to the fleet.";
    case "live":
    case "refused":
    case "signed-out":
      return "Reading the newest state before it is shown as live.";
  }
}

/** The connection in the chip's few words. `nowMs` is this machine's clock, as the state's times are. */
export function connectionWords(state: ConnectionState, nowMs: number): ConnectionWords {
  switch (state.status) {
    case "connecting":
      return { shape: "dashed", tone: "offline", chip: "Connecting", spoken: "Connecting to the fleet" };
    case "setting-up":
      return {
        shape: "dashed",
        tone: "quiet",
        chip: "Access is being set up",
        chipShort: "Setting up",
        spoken: "Your access is being set up",
      };
    case "live":
      return {
        shape: "filled",
        tone: "live",
        chip: state.latencyMs === null ? "Live" : `Live ${Math.round(state.latencyMs)} ms`,
        spoken: "Connected, values are live",
      };
    case "reconnecting": {
      const until = untilWords(state.retryAtMs, nowMs);
      const { wasLive } = state;
      return {
        shape: "half",
        tone: "quiet",
        chip: `${wasLive ? "Reconnecting" : "Connecting"} ${until ?? "now"}`,
        chipShort: until === null ? "Retrying" : `Retry ${until}`,
        spoken: wasLive ? "Connection lost, reconnecting" : "Not connected yet, trying again",
      };
    }
    case "refused":
      return { shape: "triangle", tone: "alarm", chip: "Access refused", spoken: `The fleet refused ${state.action}` };
    case "signed-out":
      return { shape: "hollow", tone: "offline", chip: "Signed out", spoken: "You are signed out" };
  }
}
