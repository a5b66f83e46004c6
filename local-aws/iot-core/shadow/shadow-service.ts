import type { LocalAwsContext } from "../../platform/service.ts";
import type { JsonObject } from "./json.ts";
import { createRateLimiter, type RateLimiter } from "./rate-limiter.ts";
import { describeShadow, parseShadowQuery, parseShadowUpdate, updateShadow, type Shadow } from "./shadow-document.ts";
import { shadowErrors } from "./shadow-error.ts";
import { ShadowStore } from "./shadow-store.ts";
import { shadowTopic, type ShadowAddress, type ShadowOperation } from "./shadow-topics.ts";

/** Requests to one shadow (AWS IoT quota). */
const REQUESTS_PER_SECOND_MAX = 20;

/** A message that the shadow service wants published. */
export interface ShadowMessage {
  readonly topic: string;
  readonly body: JsonObject;
}

/** The answer of one accepted request, already durable, and what is to be published about it. */
export interface ShadowAnswer {
  readonly body: JsonObject;
  readonly messages: readonly ShadowMessage[];
}

/** Reads and writes shadows; the callers bring authorization and transport. */
export class ShadowService {
  readonly store: ShadowStore;
  readonly #nowMs: () => number;
  readonly #limiter: RateLimiter;

  constructor(ctx: Pick<LocalAwsContext, "store" | "clock">) {
    this.store = new ShadowStore(ctx.store);
    this.#nowMs = () => ctx.clock.nowMs();
    this.#limiter = createRateLimiter(REQUESTS_PER_SECOND_MAX, () => performance.now());
  }

  /** Throws ShadowError; when it returns, the change is in the store. */
  handle(operation: ShadowOperation, address: ShadowAddress, payload: Uint8Array): ShadowAnswer {
    if (!this.#limiter.take(`${address.thingName}/${address.shadowName}`)) throw shadowErrors.tooManyRequests();
    switch (operation) {
      case "get":
        return this.#get(address, payload);
      case "update":
        return this.#update(address, payload);
      case "delete":
        return this.#delete(address, payload);
    }
  }

  #get(address: ShadowAddress, payload: Uint8Array): ShadowAnswer {
    const { clientToken } = parseShadowQuery(payload);
    return { body: describeShadow(this.#require(address), this.#timestamp(), clientToken), messages: [] };
  }

  #update(address: ShadowAddress, payload: Uint8Array): ShadowAnswer {
    const update = parseShadowUpdate(payload);
    const { thingName, shadowName } = address;
    const result = updateShadow(this.store.base(thingName, shadowName, this.#nowMs()), update, this.#timestamp());
    this.store.put(thingName, shadowName, result.shadow);
    const delta = result.delta === undefined ? [] : [{ topic: shadowTopic(address, "update/delta"), body: result.delta }];
    return {
      body: result.accepted,
      messages: [
        { topic: shadowTopic(address, "update/accepted"), body: result.accepted },
        ...delta,
        { topic: shadowTopic(address, "update/documents"), body: result.documents },
      ],
    };
  }

  #delete(address: ShadowAddress, payload: Uint8Array): ShadowAnswer {
    const { clientToken } = parseShadowQuery(payload);
    const { version } = this.#require(address);
    this.store.delete(address.thingName, address.shadowName, this.#nowMs());
    const body: JsonObject = { version, timestamp: this.#timestamp(), ...(clientToken === undefined ? {} : { clientToken }) };
    return { body, messages: [{ topic: shadowTopic(address, "delete/accepted"), body }] };
  }

  #require({ thingName, shadowName }: ShadowAddress): Shadow {
    const shadow = this.store.find(thingName, shadowName);
    if (shadow === undefined) throw shadowErrors.notFound(thingName, shadowName);
    return shadow;
  }

  #timestamp(): number {
    return Math.floor(this.#nowMs() / 1000);
  }
}
