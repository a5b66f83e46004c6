/** Stands in for lru-cache in the live worker's build: the topics of a connection's aliases, the one used last first. */
export class LruMap<Value> {
  readonly #values = new Map<number, Value>();

  get length(): number {
    return this.#values.size;
  }

  get(key: number): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: number, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }

  keys(): number[] {
    return [...this.#values.keys()].reverse();
  }

  reset(): void {
    this.#values.clear();
  }
}
