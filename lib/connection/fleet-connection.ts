import type { SessionEnd } from "../session/session-watch.client.ts";
import type { AccessOutcome, CredentialsSource } from "../credentials/credentials-source.client.ts";
import type { FleetAccess } from "../credentials/fleet-access.ts";
import type { Topics } from "../fleet/topics.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { ExplainLoss } from "./explain-loss.client.ts";
import type { InboundMessage, OpenTransport } from "./mqtt-transport.ts";
import type { Interest, SubscriptionPlan } from "./subscription-plan.ts";

export interface FleetConnectionParts {
  source: CredentialsSource;
  open?: OpenTransport;
  nowMs?: () => number;
  random?: () => number;
  isOnline?: () => boolean;
  newId?: () => string;
  /** The tab's name at the broker until another takes it; without one it is made. */
  tabId?: string;
  /** Says more of a loss than the browser was told. */
  explainLoss?: ExplainLoss;
  onState: (state: ConnectionState) => void;
  onMessage: (message: InboundMessage, topics: Topics) => void;
  /** The held filters or the plan changed. */
  onSubscriptions?: () => void;
  /** This tab stood still from one time to another (epoch ms, server clock) while its connection stayed. */
  onAsleep?: (fromMs: number, toMs: number) => void;
}

/** The one MQTT connection of a tab: connects, comes back, and holds the filters that are wanted. */
export interface FleetConnection {
  start: () => void;
  /** Ends for good: closes the socket and forgets the keys. */
  stop: (because: SessionEnd) => void;
  /** A person asked: skips every wait. */
  retryNow: () => void;
  /** The page became visible or came online: looks at the link at once and ends a wait early. */
  wake: (why: "visible" | "online") => void;
  setInterest: (interest: Interest) => void;
  facts: () => ConnectionFacts;
}

/** What the doctor and the counters need to know. */
export interface ConnectionFacts {
  state: ConnectionState;
  /** How asking for keys went the last time, also while a connection made with earlier ones goes on. */
  outcome: AccessOutcome | null;
  /** When the keys at hand end (epoch ms, server clock). */
  keysEndAtMs: number | null;
  access: FleetAccess | null;
  clientId: string | null;
  refusedFilters: ReadonlyMap<string, number>;
  isSubscribed: boolean;
  /** Subscriptions that the broker left without an answer. */
  unansweredCount: number;
  plan: SubscriptionPlan;
  /** When the SUBACK of a filter came (epoch ms, server clock); null while it is not held. */
  heldSinceMs: (filter: string) => number | null;
  /** Epoch ms, server clock. */
  lastHeardMs: number | null;
}

/** The same with every choice made. */
export type FleetConnectionSettings = Required<Omit<FleetConnectionParts, "onSubscriptions" | "onAsleep" | "tabId">> &
  Pick<FleetConnectionParts, "onSubscriptions" | "onAsleep">;
