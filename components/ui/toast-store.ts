import type { Tone } from "./badge";

export interface Toast {
  readonly id: number;
  readonly title: string;
  readonly detail?: string;
  readonly tone?: Tone;
  readonly action?: { readonly label: string; readonly onPress: () => void };
  /** How long it stays; null waits for the person. Five seconds unless said otherwise. */
  readonly durationMs?: number | null;
}

const SHOWN_MAX = 4;

/** The list of short notes at the edge of the screen; the newest push out the oldest. */
export function createToastStore() {
  let toasts: readonly Toast[] = [];
  let lastId = 0;
  const listeners = new Set<() => void>();
  const set = (next: readonly Toast[]) => {
    toasts = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => toasts,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Shows a note and returns its id. */
    show(toast: Omit<Toast, "id">): number {
      lastId += 1;
      set([...toasts.slice(1 - SHOWN_MAX), { ...toast, id: lastId }]);
      return lastId;
    },
    dismiss: (id: number) => set(toasts.filter((toast) => toast.id !== id)),
  };
}

/** The one list of this page. */
export const toasts = createToastStore();
