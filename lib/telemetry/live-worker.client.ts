import "client-only";
import type { ConnectionState } from "../connection/connection-state.ts";
import { createExplainLoss } from "../connection/explain-loss.client.ts";
import { doctorSteps, keysOutlook } from "../connection/doctor.ts";
import { createFleetConnection } from "../connection/fleet-connection.client.ts";
import type { ConnectionFacts, FleetConnection } from "../connection/fleet-connection.ts";
import { createCredentialsSource } from "../credentials/credentials-source.client.ts";
import { createOutageChannel } from "../credentials/outage-channel.client.ts";
import { createTopics, DEFAULT_TELEMETRY_TOPIC } from "../fleet/topics.ts";
import { logLine } from "./border-log.ts";
import { createIngest } from "./ingest.ts";
import type { FromWorker, SubscriptionNews, ToWorker } from "./worker-protocol.ts";

const RENEW_CHECK_MS = 30_000;

/** The part of a worker's global scope that is used; a bench or a test may hand in a pair of ports. */
export interface PagePort {
  /** Whose page it is: keys are asked for that person, and nobody else's are taken. */
  viewerSub: string;
  postMessage: (message: FromWorker, transfer: Transferable[]) => void;
  onMessage: (listener: (message: ToWorker) => void) => void;
}

/** Sends one batch at a time: the next leaves when the page has taken the last, at the time that the page asked for. */
function createSender(port: PagePort, ingest: ReturnType<typeof createIngest>) {
  // Until it listens, the page has room for nothing.
  let isTaken = false;
  let wantedAtMs = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const send = (): void => {
    timer = null;
    if (!isTaken || !ingest.hasAny()) return;
    isTaken = false;
    const batch = ingest.flush();
    port.postMessage({ type: "batch", batch }, batch.samples ? [batch.samples.samples.buffer as ArrayBuffer] : []);
  };
  const sendInTime = (): void => {
    timer ??= setTimeout(send, Math.max(0, wantedAtMs - performance.now()));
  };
  return {
    offer: () => {
      if (isTaken) sendInTime();
    },
    taken: (buffer: ArrayBuffer | null, nextInMs: number) => {
      if (buffer) ingest.recycle(buffer);
      isTaken = true;
      wantedAtMs = performance.now() + nextInMs;
      if (ingest.hasAny()) sendInTime();
    },
  };
}

function subscriptionNews({ plan, heldSinceMs, refusedFilters, access }: ConnectionFacts): SubscriptionNews {
  const telemetryTopic = access?.telemetryTopic ?? DEFAULT_TELEMETRY_TOPIC;
  const topics = createTopics(telemetryTopic);
  const sites = (access?.sites ?? []).map(({ id }) => ({ site: id, filters: topics.stateOfSite(id) }));
  const wanted = new Set(plan.filters);
  return {
    type: "subscriptions",
    held: plan.filters.filter((filter) => heldSinceMs(filter) !== null),
    telemetryTopic,
    leftCount: plan.left.length,
    refusedCount: refusedFilters.size,
    stateHeld: sites.flatMap(({ site, filters }) => {
      const times = filters.flatMap((filter) => heldSinceMs(filter) ?? []);
      return times.length < filters.length ? [] : [{ site, sinceMs: Math.max(...times) }];
    }),
    isStateSettled: sites.every(({ filters }) =>
      filters.every((filter) => !wanted.has(filter) || heldSinceMs(filter) !== null || refusedFilters.has(filter)),
    ),
  };
}

interface Obeying {
  connection: FleetConnection;
  ingest: ReturnType<typeof createIngest>;
  sender: ReturnType<typeof createSender>;
}

function obey(message: Exclude<ToWorker, { type: "begin" | "start" }>, { connection, ingest, sender }: Obeying): void {
  switch (message.type) {
    case "stop":
      connection.stop(message.because);
      break;
    case "retry":
      connection.retryNow();
      break;
    case "wake":
      connection.wake(message.why);
      break;
    case "offline":
      connection.wake("visible");
      break;
    case "interest":
      ingest.keepRaw(message.rawThings);
      connection.setInterest(message.interest);
      break;
    case "taken":
      sender.taken(message.buffer, message.nextInMs);
      break;
  }
}

/**
 * Runs credentials, connection, decoding and validation behind `port`: the composition root of the live worker. It connects at once, while the
 * page is still being made ready, and keeps what comes until the page listens.
 */
export function serveLiveWorker(port: PagePort): FleetConnection {
  let isOnline = true;
  let isHeard = false;
  const source = createCredentialsSource({
    viewerSub: port.viewerSub,
    outages: createOutageChannel(),
    onOutcome: () => tellState(connection.facts().state),
  });
  // Before the SDK, whose code keeps this thread while it loads: the answer comes meanwhile.
  const tabId = crypto.randomUUID();
  void source.introduce(tabId);
  const ingest = createIngest({ nowMs: source.clock.nowMs, log: logLine });
  const sender = createSender(port, ingest);
  const tell = (message: FromWorker): void => {
    if (isHeard) port.postMessage(message, []);
  };

  const tellState = (state: ConnectionState): void => {
    const facts = { ...connection.facts(), state };
    const serverNowMs = source.clock.nowMs();
    const doctor = doctorSteps(facts, serverNowMs);
    tell({ type: "state", state, doctor, keys: keysOutlook(facts), serverNowMs, lastHeardMs: facts.lastHeardMs });
  };
  const connection: FleetConnection = createFleetConnection({
    source,
    tabId,
    isOnline: () => isOnline,
    explainLoss: createExplainLoss({ viewerSub: port.viewerSub }),
    onState: tellState,
    onMessage: (message, topics) => {
      ingest.take(message, topics);
      sender.offer();
    },
    onSubscriptions: () => tellSubscriptions(),
    onAsleep: (fromMs, toMs) => tell({ type: "asleep", fromMs, toMs }),
  });
  const tellSubscriptions = (): void => {
    const facts = connection.facts();
    tell(subscriptionNews(facts));
    tellState(facts.state);
  };

  port.onMessage((message) => {
    if (message.type === "start") {
      isHeard = true;
      const { state } = connection.facts();
      tellState(state);
      if (state.status === "live" || state.status === "refused") tellSubscriptions();
      sender.taken(null, 0);
    } else if (message.type !== "begin") {
      if (message.type === "wake" || message.type === "offline") isOnline = message.type === "wake" && message.isOnline;
      obey(message, { connection, ingest, sender });
    }
  });
  connection.start();
  setInterval(() => void source.renewIfDue(), RENEW_CHECK_MS);
  return connection;
}
