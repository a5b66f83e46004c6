import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { IotAuthorities } from "../policy/authorize.ts";
import type { RetainedMessages } from "./delivery/retained-messages.ts";
import type { Router } from "./delivery/router.ts";
import type { LifecycleEvents } from "./lifecycle-events.ts";
import type { BrokerLimits } from "./limits.ts";
import type { KeyedInterval } from "./rate-limits.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { Subscriptions } from "./sessions/subscriptions.ts";
import type { FlushQueue } from "./transport/outbox.ts";
import type { Wills } from "./wills.ts";

/** The parts that every connection works with; made once by `createBroker`. */
export interface BrokerCore {
  readonly clock: Clock;
  /** For timeouts and rates: a moved wall clock must not disconnect anybody. */
  readonly monotonicMs: () => number;
  readonly log: Logger;
  /** `arn:aws:iot:<region>:<account>:` */
  readonly arnPrefix: string;
  readonly limits: BrokerLimits;
  readonly authorities: IotAuthorities;
  readonly sessions: Sessions;
  readonly subscriptions: Subscriptions;
  readonly retained: RetainedMessages;
  readonly router: Router;
  readonly events: LifecycleEvents;
  readonly wills: Wills;
  readonly flushQueue: FlushQueue;
  readonly connectRate: KeyedInterval;
  /** True while the limits that count per second are lifted. */
  readonly areRatesLifted: () => boolean;
}
