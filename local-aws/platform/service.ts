import type { Clock } from "./clock.ts";
import type { Logger } from "./log.ts";
import type { ResourceHandler } from "../provisioning/resource-handler.ts";
import type { Store } from "./store.ts";

/** What every service of the stand-in is handed by the composition root. */
export interface LocalAwsContext {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  /** Folder of the persisted state, for what does not fit the store. */
  readonly dataDirectory: string;
  /**
   * Throws the AwsError of a throttled call while the control endpoint throttles `api`
   * (named `service:Operation`, e.g. `cognito-identity:GetId`). Services call it first in each operation.
   */
  throwIfThrottled(api: string): void;
}

/** What a service gives back: its template resources, its control verbs and its end. */
export interface Service {
  /** By CloudFormation type, e.g. `AWS::IoT::Policy`. */
  readonly resourceHandlers?: Readonly<Record<string, ResourceHandler>>;
  /** By verb name; reachable as `POST <control url>/<verb>` with a JSON body. */
  readonly controlVerbs?: Readonly<Record<string, (input: unknown) => unknown>>;
  close?(): Promise<void>;
}
