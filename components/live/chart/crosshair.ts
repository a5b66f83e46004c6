/** The instant all charts of a page point at (epoch ms), or null. */
export interface Crosshair {
  get: () => number | null;
  set: (atMs: number | null) => void;
  subscribe: (listener: () => void) => () => void;
}

function createCrosshair(): Crosshair {
  let atMs: number | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => atMs,
    set: (next) => {
      if (next === atMs) return;
      atMs = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One crosshair per page: the charts of a device are read together. */
export const sharedCrosshair = createCrosshair();
