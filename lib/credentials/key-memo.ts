/** Long enough for a window full of tabs to open, short enough that keys are never noticeably older than their answer. */
const FRESH_MS = 5_000;
const ENTRIES_MAX = 10_000;

/** Remembers a value per key for five seconds. */
export interface KeyMemo<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  forget(key: string): void;
}

/** In memory only; entries leave when they are old or when there are too many. */
export function createKeyMemo<Value>(nowMs: () => number = () => performance.now()): KeyMemo<Value> {
  const entries = new Map<string, { value: Value; untilMs: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry && entry.untilMs > nowMs()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    put(key, value) {
      for (const [oldKey, { untilMs }] of entries) {
        if (untilMs > nowMs() && entries.size < ENTRIES_MAX) break;
        entries.delete(oldKey);
      }
      entries.set(key, { value, untilMs: nowMs() + FRESH_MS });
    },
    forget: (key) => void entries.delete(key),
  };
}
