import type { AcceptedMessage, Broker } from "../broker/broker.ts";
import type { LocalAwsContext } from "../../platform/service.ts";
import { ShadowError, shadowErrors } from "./shadow-error.ts";
import { readClientToken } from "./shadow-document.ts";
import type { ShadowMessage, ShadowService } from "./shadow-service.ts";
import { parseShadowTopic, shadowTopic, type ShadowAddress, type ShadowOperation } from "./shadow-topics.ts";

/** Unanswered requests of one connection about one thing (AWS IoT quota). */
const IN_FLIGHT_MAX = 10;

interface PendingRequest {
  readonly address: ShadowAddress;
  readonly operation: ShadowOperation;
  readonly payload: Buffer;
  /** Set when the request is to be refused without being looked at. */
  readonly refusal?: ShadowError;
}

/**
 * Answers shadow requests that arrive as MQTT messages. What arrives in one turn of the event loop is committed together
 * and only then answered. Returns its own undo.
 */
export function serveShadowsOverMqtt(ctx: LocalAwsContext, broker: Broker, shadows: ShadowService): () => void {
  let pending: PendingRequest[] = [];
  const inFlight = new Map<string, number>();

  const answerAll = () => {
    const requests = pending;
    pending = [];
    inFlight.clear();
    for (const message of commit(ctx, shadows, requests)) publish(broker, message);
  };

  return broker.onAccepted((message) => {
    const request = parseRequest(message);
    if (request === undefined) return;
    const key = `${message.clientId ?? ""} ${request.address.thingName}`;
    const count = (inFlight.get(key) ?? 0) + 1;
    inFlight.set(key, count);
    if (pending.length === 0) setImmediate(answerAll);
    const isOneTooMany = message.clientId !== undefined && count > IN_FLIGHT_MAX;
    pending.push(isOneTooMany ? { ...request, refusal: shadowErrors.tooManyRequests() } : request);
  });
}

/** Publishes a message of the service itself. */
export function publish(broker: Broker, { topic, body }: ShadowMessage): void {
  broker.publish({ topic, payload: Buffer.from(JSON.stringify(body)), qos: 1, isRetained: false }, { caller: { kind: "service" } });
}

/** AWS's shadow service ignores last wills (device-shadow-comms-app). */
function parseRequest(message: AcceptedMessage): PendingRequest | undefined {
  if (message.isWill === true) return undefined;
  const topic = parseShadowTopic(message.topic);
  if (topic === undefined) return undefined;
  const { operation, ...address } = topic;
  return { address, operation, payload: message.payload };
}

/** Handles the requests in order, in one transaction: an answer exists only for what is on disk. */
function commit(ctx: LocalAwsContext, shadows: ShadowService, requests: readonly PendingRequest[]): ShadowMessage[] {
  try {
    return ctx.store.transaction(() => requests.flatMap((request) => answer(ctx, shadows, request)));
  } catch (error) {
    ctx.log.error({ err: error }, "shadow changes could not be stored");
    for (const { address } of requests) shadows.store.reload(address.thingName, address.shadowName);
    return requests.map((request) => rejection(request, new ShadowError(500, "Internal service failure")));
  }
}

function answer(ctx: LocalAwsContext, shadows: ShadowService, request: PendingRequest): readonly ShadowMessage[] {
  const { address, operation, payload } = request;
  try {
    if (request.refusal !== undefined) throw request.refusal;
    const { body, messages } = shadows.handle(operation, address, payload);
    return operation === "get" ? [{ topic: shadowTopic(address, "get/accepted"), body }] : messages;
  } catch (error) {
    if (!(error instanceof ShadowError)) ctx.log.error({ err: error, ...address }, "shadow request failed");
    return [rejection(request, error instanceof ShadowError ? error : new ShadowError(500, "Internal service failure"))];
  }
}

/** Real recordings carry no timestamp here. */
function rejection({ address, operation, payload }: PendingRequest, refusal: ShadowError): ShadowMessage {
  const clientToken = readClientToken(payload);
  const body = { code: refusal.status, message: refusal.message, ...(clientToken === undefined ? {} : { clientToken }) };
  return { topic: shadowTopic(address, `${operation}/rejected`), body };
}
