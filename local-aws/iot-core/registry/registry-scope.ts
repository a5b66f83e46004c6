import type { ArnScope } from "./arns.ts";
import type { Store } from "../../platform/store.ts";

/** What the parts of the registry share. */
export interface RegistryScope extends ArnScope {
  readonly store: Store;
  readonly nowMs: () => number;
  /** Call after every change that may alter an authorization decision or a search answer. */
  readonly changed: () => void;
}
