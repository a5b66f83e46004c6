/** What may wait for a page that takes nothing, in bytes of payload: then only the newest of each thing waits on (HAZARDS F13). */
const BYTES_MAX = 4 * 1024 * 1024;
/** What an entry costs beside its payload. */
const ENTRY_BYTES = 256;

/** Shadows or presences on their way to the page: all of them while it keeps up, in order. */
export interface StateBacklog<Entry extends { thing: string }> {
  /** Adds one that came as `byteLength` of payload; returns how many older ones had to go for it. */
  push: (entry: Entry, byteLength: number) => number;
  /** Hands everything over and begins anew. */
  take: () => Entry[];
}

interface Waiting<Entry> {
  entry: Entry;
  bytes: number;
}

/** The newest of each thing, in order of arrival; of these the latest that fit into half of what may wait. */
function newestThatFit<Entry extends { thing: string }>(waiting: readonly Waiting<Entry>[]): Waiting<Entry>[] {
  const seen = new Set<string>();
  const kept: Waiting<Entry>[] = [];
  let bytes = 0;
  for (let i = waiting.length - 1; i >= 0; i -= 1) {
    const candidate = waiting[i];
    if (candidate === undefined || seen.has(candidate.entry.thing)) continue;
    bytes += candidate.bytes;
    if (bytes > BYTES_MAX / 2 && kept.length > 0) break;
    seen.add(candidate.entry.thing);
    kept.push(candidate);
  }
  return kept.reverse();
}

/** An empty backlog. */
export function createStateBacklog<Entry extends { thing: string }>(): StateBacklog<Entry> {
  let waiting: Waiting<Entry>[] = [];
  let bytesWaiting = 0;
  return {
    push: (entry, byteLength) => {
      const bytes = ENTRY_BYTES + byteLength;
      waiting.push({ entry, bytes });
      bytesWaiting += bytes;
      if (bytesWaiting <= BYTES_MAX) return 0;
      const before = waiting.length;
      waiting = newestThatFit(waiting);
      bytesWaiting = waiting.reduce((sum, kept) => sum + kept.bytes, 0);
      return before - waiting.length;
    },
    take: () => {
      const taken = waiting.map(({ entry }) => entry);
      waiting = [];
      bytesWaiting = 0;
      return taken;
    },
  };
}
