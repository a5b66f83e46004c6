const WAIT_MS = 10_000;
const ENTRIES_MAX = 10_000;

/** Decides, while new policies may not be honoured yet, whether a tab should wait or try again. */
export interface SettingUp {
  /** How long to wait before the next try, with jitter; undefined when the wait is over and it is time to try. */
  waitMs(sessionId: string): number | undefined;
}

/** One wait per session at a time: a refusal starts it, the first request after its end gets keys to try with. */
export function createSettingUp(nowMs: () => number = () => performance.now()): SettingUp {
  const waits = new Map<string, number>();
  return {
    waitMs(sessionId) {
      const untilMs = waits.get(sessionId);
      if (untilMs !== undefined && untilMs <= nowMs()) {
        waits.delete(sessionId);
        return undefined;
      }
      const endMs = untilMs ?? nowMs() + WAIT_MS;
      if (waits.size >= ENTRIES_MAX) waits.clear();
      waits.set(sessionId, endMs);
      return Math.ceil(endMs - nowMs() + Math.random() * 1_000);
    },
  };
}
