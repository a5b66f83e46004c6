/** The seven states of a value or a thing, in the words every screen uses. */
export type Liveness = "live" | "quiet" | "stale" | "offline" | "never-seen" | "alarm" | "unknown";
