/** A place in the list of names and whose it is from this batch on. */
export interface NamedPlace {
  place: number;
  name: string;
}

/**
 * The names of things a tab has heard, each at a place of its own, and no more than `countMax` of them: then the name that was not heard
 * for long gives its place away. A place that has a message in the batch at hand is kept, for that message would become another thing's.
 */
export interface ThingNames {
  /** The name's place, heard now; -1 while every place has a message in the batch at hand. */
  hear: (name: string) => number;
  /** Places given since the last batch; ends the batch at hand. */
  takeNew: () => NamedPlace[];
  hasNew: () => boolean;
}

class BoundedNames implements ThingNames {
  readonly #places = new Map<string, number>();
  readonly #countMax: number;
  readonly #onGive: (place: number) => void;
  /** By place: the batch of its last message, and the batch in which it was last passed over for that message. */
  readonly #heardIn: number[] = [];
  readonly #passedIn: number[] = [];
  #batch = 1;
  #fullIn = 0;
  #new: NamedPlace[] = [];

  constructor(countMax: number, onGive: (place: number) => void) {
    this.#countMax = countMax;
    this.#onGive = onGive;
  }

  hear(name: string): number {
    const place = this.#places.get(name) ?? this.#give(name);
    if (place >= 0) this.#heardIn[place] = this.#batch;
    return place;
  }

  takeNew(): NamedPlace[] {
    const taken = this.#new;
    this.#new = [];
    this.#batch += 1;
    return taken;
  }

  hasNew(): boolean {
    return this.#new.length > 0;
  }

  #give(name: string): number {
    const place = this.#places.size < this.#countMax ? this.#places.size : this.#free();
    if (place < 0) return place;
    this.#places.set(name, place);
    this.#passedIn[place] = this.#batch;
    this.#new.push({ place, name });
    this.#onGive(place);
    return place;
  }

  /** Second chance: who was heard again since it was last passed over goes to the end of the line, so hearing a name costs nothing. */
  #free(): number {
    if (this.#fullIn === this.#batch) return -1;
    let chancesLeft = 2 * this.#countMax;
    for (const [name, place] of this.#places) {
      const heardIn = this.#heardIn[place] ?? 0;
      if (heardIn < this.#batch && heardIn <= (this.#passedIn[place] ?? 0)) {
        this.#places.delete(name);
        return place;
      }
      chancesLeft -= 1;
      if (chancesLeft < 0) break;
      this.#passedIn[place] = heardIn;
      this.#places.delete(name);
      this.#places.set(name, place);
    }
    this.#fullIn = this.#batch;
    return -1;
  }
}

/** No names yet. `onGive` hears of each place that a name is given. */
export function createThingNames(countMax: number, onGive: (place: number) => void): ThingNames {
  return new BoundedNames(countMax, onGive);
}
