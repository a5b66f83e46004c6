import type { Exclusion } from "./run.ts";

/** A selection sorted into who is switched and who is left out. */
export interface RunReview {
  included: string[];
  excluded: Exclusion[];
  /** The types of what is included. */
  thingTypes: string[];
}
