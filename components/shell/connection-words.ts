import type { MarkShape, MarkTone } from "@/components/ui/status-mark";
import type { ConnectionState } from "@/lib/connection/connection-state";
import { durationWords } from "../fleet/time-words";

export interface ConnectionWords {
  readonly shape: MarkShape;
  readonly tone: MarkTone;
  /** What the chip says. */
  readonly chip: string;
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

const untilWords = (atMs: number, nowMs: number): string => (atMs - nowMs < 1000 ? "now" : `in ${durationWords(atMs - nowMs)}`);

/** The connection in the chip's few words. `nowMs` is this machine's clock, as the state's times are. */
export function connectionWords(state: ConnectionState, nowMs: number): ConnectionWords {
  switch (state.status) {
    case "connecting":
      return { shape: "dashed", tone: "offline", chip: "Connecting", spoken: "Connecting to the fleet" };
    case "setting-up":
      return { shape: "dashed", tone: "quiet", chip: "Access is being set up", spoken: "Your access is being set up" };
    case "live":
      return {
        shape: "filled",
        tone: "live",
        chip: state.latencyMs === null ? "Live" : `Live ${Math.round(state.latencyMs)} ms`,
        spoken: "Connected, values are live",
      };
    case "reconnecting":
      return {
        shape: "half",
        tone: "quiet",
        chip: `Reconnecting ${untilWords(state.retryAtMs, nowMs)}`,
        spoken: "Connection lost, reconnecting",
      };
    case "refused":
      return { shape: "triangle", tone: "alarm", chip: "Access refused", spoken: `The fleet refused ${state.action}` };
    case "signed-out":
      return { shape: "hollow", tone: "offline", chip: "Signed out", spoken: "You are signed out" };
  }
}
