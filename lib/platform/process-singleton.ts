const REGISTRY = Symbol.for("thingdeck.singletons");

const holder = globalThis as unknown as Record<symbol, Map<string, unknown> | undefined>;

/**
 * One value per process, however many bundles of the server hold a copy of the module that asks: in-flight work and rate limits must be
 * shared between pages, routes and the proxy.
 */
export function processSingleton<Value>(name: string, create: () => Value): () => Value {
  return () => {
    const registry = (holder[REGISTRY] ??= new Map());
    if (!registry.has(name)) registry.set(name, create());
    return registry.get(name) as Value;
  };
}
