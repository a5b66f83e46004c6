interface Batch<Value> {
  running: Promise<Value>;
  /** Starts when the running one is over; everybody who asks meanwhile shares it. */
  next: Promise<Value> | undefined;
}

/**
 * Lets callers who ask for the same key at the same time share one read, without ever handing anybody an answer older than the question: a
 * caller joins only a read that has not begun yet. However many ask, at most one runs and one waits per key.
 */
export function joinReads<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const batches = new Map<string, Batch<Value>>();
  const start = (key: string): Promise<Value> => {
    const batch: Batch<Value> = { running: read(key).finally(() => finish(key, batch)), next: undefined };
    batches.set(key, batch);
    return batch.running;
  };
  const finish = (key: string, batch: Batch<Value>) => {
    if (batch.next === undefined && batches.get(key) === batch) batches.delete(key);
  };
  return (key) => {
    const batch = batches.get(key);
    if (!batch) return start(key);
    batch.next ??= batch.running.then(
      () => start(key),
      () => start(key),
    );
    return batch.next;
  };
}
