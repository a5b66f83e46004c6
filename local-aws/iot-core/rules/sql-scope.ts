import type { AcceptedMessage } from "../broker/broker.ts";
import type { SqlValue } from "./sql-values.ts";

/** What the functions of one rule may ask of the rest of IoT Core, in the name of a role. */
export interface SqlLookups {
  /** DescribeThing's answer; Undefined when there is no such thing. Throws when the role may not. */
  describeThing(thingName: string, roleArn: string): SqlValue;
  /** The shadow as GetThingShadow answers it; Undefined when there is none. Throws when the role may not. */
  thingShadow(thingName: string, shadowName: string, roleArn: string): SqlValue;
}

/** The message that a rule looks at. */
export interface SqlScope {
  /** The payload as JSON; Undefined when it is none. */
  readonly payload: SqlValue;
  readonly message: AcceptedMessage;
  /** Without the prefix of Basic Ingest. */
  readonly topic: string;
  readonly nowMs: number;
  readonly accountId: string;
  readonly lookups: SqlLookups;
}

/** A compiled expression. */
export type Evaluate = (scope: SqlScope) => SqlValue;
