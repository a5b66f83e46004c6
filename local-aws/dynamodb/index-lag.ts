/** A point in time of the whole store, readable until it is closed. */
export interface StoreView {
  close(): Promise<void>;
}

/** A view while somebody reads it. */
export interface Reading<View> {
  readonly view: View;
  /** To be called once the reading is over; the view must not be used afterwards. */
  end(): void;
}

export interface IndexLag<View> {
  /** Called before anything is written: what the indexes show for the next while is what is there now. */
  beforeWrite(): void;
  /** What a global index shows at this moment; undefined when that is the present. */
  read(): Reading<View> | undefined;
  setLagMs(lagMs: number): void;
}

/**
 * Longer than a device takes to answer, so that whoever looks for a fresh write in an index does not find it. AWS says "a fraction of a second,
 * under normal conditions" and promises nothing (developer guide, "Using global secondary indexes").
 */
export const INDEX_LAG_MS = 500;
/** Writes that come this close upon one another become visible together, the later ones that much too early. */
const STEP_MS = 50;

/**
 * Lets global indexes show the past: every write appears in them `lagMs` later (`STEP_MS` less, at the least), all of it at once. Nothing is lost in a
 * crash, since the engine's own indexes are up to date; only what is read from them is older. `nowMs` must not jump with the stand-in's clock.
 */
export function createIndexLag<View extends StoreView>(
  takeView: () => View,
  nowMs: () => number = () => performance.now(),
): IndexLag<View> {
  let lagMs = INDEX_LAG_MS;
  let views: { takenAtMs: number; view: View; readerCount: number }[] = [];

  const isOld = ({ takenAtMs }: { takenAtMs: number }) => takenAtMs <= nowMs() - lagMs;
  /** A closed view fails whoever is still reading it. */
  const closeOld = () => {
    const closable = views.filter((each) => isOld(each) && each.readerCount === 0);
    views = views.filter((each) => !closable.includes(each));
    // The store closes what is left, at its own end.
    for (const { view } of closable) view.close().catch(() => undefined);
  };

  return {
    beforeWrite: () => {
      closeOld();
      const newest = views.at(-1);
      const isDue = newest === undefined || nowMs() - newest.takenAtMs >= STEP_MS;
      if (lagMs > 0 && isDue) views.push({ takenAtMs: nowMs(), view: takeView(), readerCount: 0 });
    },
    read: () => {
      closeOld();
      const shown = views.find((each) => !isOld(each));
      if (shown === undefined) return undefined;
      shown.readerCount += 1;
      return { view: shown.view, end: () => (shown.readerCount -= 1) };
    },
    setLagMs: (next) => {
      lagMs = next;
      closeOld();
    },
  };
}
