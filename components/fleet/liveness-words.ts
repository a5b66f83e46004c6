import type { MarkShape, MarkTone } from "@/components/ui/status-mark";
import type { Liveness } from "@/lib/fleet/liveness";
import type { IndexedState } from "@/lib/fleet/thing";

interface LivenessWords {
  readonly word: string;
  readonly shape: MarkShape;
  readonly tone: MarkTone;
  readonly meaning: string;
}

/** The state vocabulary: word, shape and colour of each state, and what it says. */
export const LIVENESS: Record<Liveness, LivenessWords> = {
  live: { word: "Live", shape: "filled", tone: "live", meaning: "Heard within its expected interval" },
  quiet: { word: "Quiet", shape: "half", tone: "quiet", meaning: "Connected, but later than expected" },
  stale: { word: "Stale", shape: "clock", tone: "offline", meaning: "Its values are older than their limit" },
  offline: { word: "Offline", shape: "hollow", tone: "offline", meaning: "Presence says it is disconnected" },
  "never-seen": { word: "Never seen", shape: "dashed", tone: "offline", meaning: "Registered, but it never reported" },
  alarm: { word: "Alarm", shape: "triangle", tone: "alarm", meaning: "Needs a person" },
  unknown: { word: "Unknown", shape: "hatched", tone: "offline", meaning: "Not known to this tab right now" },
};

/** The states a list can be filtered by, in the order of urgency. */
export const INDEXED_STATES: readonly IndexedState[] = ["alarm", "offline", "quiet", "stale", "never-seen", "live"];
