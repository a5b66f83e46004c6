/**
 * Stands in for number-allocator in the live worker's build, which brings a library of trees along. The SDK's client counts the
 * topic aliases of a connection with it, and AWS IoT allows eight of them.
 */
export class NumberAllocator {
  readonly min: number;
  readonly max: number;
  readonly #used = new Set<number>();

  constructor(min: number, max: number) {
    this.min = min;
    this.max = max;
  }

  /** The lowest vacant number, which stays vacant; null when there is none. */
  firstVacant(): number | null {
    for (let number = this.min; number <= this.max; number += 1) if (!this.#used.has(number)) return number;
    return null;
  }

  /** Takes the lowest vacant number; null when there is none. */
  alloc(): number | null {
    const number = this.firstVacant();
    if (number !== null) this.#used.add(number);
    return number;
  }

  /** Takes this number; false when it was taken or is out of range. */
  use(number: number): boolean {
    if (number < this.min || number > this.max || this.#used.has(number)) return false;
    this.#used.add(number);
    return true;
  }

  free(number: number): void {
    this.#used.delete(number);
  }

  clear(): void {
    this.#used.clear();
  }
}
