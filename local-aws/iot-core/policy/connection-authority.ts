import type { IotCaller } from "../broker/broker.ts";
import { authorizeIot, type IotAuthorities } from "./authorize.ts";

/** Fewer than a client's topics on purpose: an attacker's random topics must not fill the memory. */
const DECISIONS_MAX = 4096;
/** IAM has no generation to watch; AWS itself caches decisions for minutes. */
const DECISION_AGE_MS_MAX = 10_000;

export interface ConnectionAuthorityInput {
  readonly caller: IotCaller;
  readonly clientId: string;
  readonly sourceIp: string;
  readonly arnPrefix: string;
  readonly authorities: IotAuthorities;
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
}

/**
 * What one connection may do, with the role and identity it connected with. Publish and Receive are asked for every
 * message, so their decisions are remembered until a policy, an attachment or the thing changes.
 */
export class ConnectionAuthority {
  readonly #input: ConnectionAuthorityInput;
  readonly #publish = new Map<string, boolean>();
  readonly #retain = new Map<string, boolean>();
  readonly #receive = new Map<string, boolean>();
  #generation = -1;
  #thingVersion = 0;
  #thingId = "";
  #rememberedSinceMs = 0;

  constructor(input: ConnectionAuthorityInput) {
    this.#input = input;
  }

  /** `willTopic` must be publishable too, else AWS refuses the connection. */
  mayConnect(attributes: readonly string[], will: { readonly topic: string; readonly isRetained: boolean } | undefined): boolean {
    const { arnPrefix, clientId, sourceIp } = this.#input;
    const connection = {
      clientId,
      sourceIp,
      connectAttributes: attributes,
      ...(will === undefined ? {} : { lastWillTopicArn: `${arnPrefix}topic/${will.topic}` }),
    };
    if (!this.#isAllowed("iot:Connect", `client/${clientId}`, connection)) return false;
    if (will === undefined) return true;
    return this.mayPublish(will.topic) && (!will.isRetained || this.mayRetain(will.topic));
  }

  maySubscribe(filter: string): boolean {
    return this.#isAllowed("iot:Subscribe", `topicfilter/${filter}`);
  }

  mayPublish(topic: string): boolean {
    return this.#remembered(this.#publish, "iot:Publish", topic);
  }

  mayRetain(topic: string): boolean {
    return this.#remembered(this.#retain, "iot:RetainPublish", topic);
  }

  mayReceive(topic: string): boolean {
    return this.#remembered(this.#receive, "iot:Receive", topic);
  }

  #remembered(decisions: Map<string, boolean>, action: string, topic: string): boolean {
    this.#forgetWhenStale();
    const known = decisions.get(topic);
    if (known !== undefined) return known;
    const decision = this.#isAllowed(action, `topic/${topic}`);
    if (decisions.size >= DECISIONS_MAX) decisions.clear();
    decisions.set(topic, decision);
    return decision;
  }

  #forgetWhenStale(): void {
    const { registry } = this.#input.authorities;
    const thing = registry.thing(this.#input.clientId);
    const thingId = thing?.thingId ?? "";
    const thingVersion = thing?.version ?? 0;
    const nowMs = this.#input.monotonicMs();
    if (
      registry.policyGeneration === this.#generation &&
      thingVersion === this.#thingVersion &&
      thingId === this.#thingId &&
      nowMs - this.#rememberedSinceMs < DECISION_AGE_MS_MAX
    ) {
      return;
    }
    this.#generation = registry.policyGeneration;
    this.#thingVersion = thingVersion;
    this.#thingId = thingId;
    this.#rememberedSinceMs = nowMs;
    this.#publish.clear();
    this.#retain.clear();
    this.#receive.clear();
  }

  #isAllowed(action: string, resource: string, connection?: { clientId: string; sourceIp: string }): boolean {
    const { caller, clientId, sourceIp, arnPrefix, authorities } = this.#input;
    const decision = authorizeIot(
      { caller, action, resource: `${arnPrefix}${resource}`, connection: connection ?? { clientId, sourceIp } },
      authorities,
    );
    return decision.decision === "allowed";
  }
}
