/** Runs `work` once for all callers that ask for `key` while it runs. */
export function singleFlight<Value>(inFlight: Map<string, Promise<unknown>>, key: string, work: () => Promise<Value>): Promise<Value> {
  const running = inFlight.get(key) as Promise<Value> | undefined;
  if (running) return running;
  const started = work().finally(() => inFlight.delete(key));
  inFlight.set(key, started);
  return started;
}
