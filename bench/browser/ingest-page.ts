import { createLiveSession } from "../../lib/telemetry/live-session.client.ts";
import { startLiveWorker } from "../../lib/telemetry/start-live-worker.client.ts";
import { HEADER_LENGTH, type SampleBatch } from "../../lib/telemetry/sample-batch.ts";
import type { FromWorker } from "../../lib/telemetry/worker-protocol.ts";
import { benchThingName, FIRST_DEVICE, FIRST_SEQUENCE } from "../support/message-names.ts";
import { countWithSdk, type Counted } from "./count-with-sdk.ts";

/** What a whole run saw beside its times. */
interface Ingested extends Counted {
  readonly shed: number;
  readonly malformed: number;
  readonly duplicate: number;
  readonly notified: number;
  readonly misnamed: number;
  readonly reordered: number;
}

interface Order {
  readonly url: string;
  readonly messages: number;
  readonly warmUp: number;
  readonly packetsPerFrame?: number;
  /** Whether every value is looked at; costs time, so never in a run that is timed. */
  readonly isChecked?: boolean;
}

/** Rows on a screen: that many things are listened to, as the table would. */
const ROWS = 40;
const nowMs = () => performance.timeOrigin + performance.now();

let warm: Promise<void> = Promise.resolve();
let done: Promise<Counted> | undefined;

interface Events {
  readonly onReady: () => void;
  readonly onWarm: () => void;
  readonly onDone: (counted: Counted) => void;
}

/** Resolves when the connection is ready for messages; `bench.warm` and `bench.result` tell the rest. */
function whenReady(start: (events: Events) => void): Promise<void> {
  return new Promise((onReady) => {
    warm = new Promise((onWarm) => {
      done = new Promise((onDone) => start({ onReady, onWarm, onDone }));
    });
  });
}

const starts = {
  raw: (order: Order) => whenReady((events) => startRaw(order, events)),
  page: (order: Order) => whenReady((events) => countWithSdk(order, events)),
  worker: (order: Order) =>
    whenReady(({ onReady, onWarm, onDone }) => {
      const worker = new Worker("/count.worker.js", { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<"ready" | "warm" | Counted>) => {
        if (data === "ready") onReady();
        else if (data === "warm") onWarm();
        else onDone(data);
      };
      worker.postMessage(order);
    }),
  whole: (order: Order) => whenReady((events) => startWhole(order, events)),
};

function startRaw({ url, messages, warmUp, packetsPerFrame = 1 }: Order, { onReady, onWarm, onDone }: Events): void {
  const socket = new WebSocket(url, "mqtt");
  socket.binaryType = "arraybuffer";
  let received = 0;
  let firstAtMs = 0;
  socket.onopen = onReady;
  socket.onmessage = () => {
    if (received === warmUp) firstAtMs = nowMs();
    received += packetsPerFrame;
    if (received === warmUp) onWarm();
    if (received >= warmUp + messages) onDone({ received: received - warmUp, firstAtMs, lastAtMs: nowMs() });
  };
}

/** The product's session, worker and store, with rows that listen. */
function startWhole({ messages, warmUp, isChecked = false }: Order, { onReady, onWarm, onDone }: Events): void {
  const seen = { received: 0, firstAtMs: 0, shed: 0, malformed: 0, duplicate: 0, notified: 0, misnamed: 0, reordered: 0 };
  const checker = isChecked ? createChecker(seen) : null;
  const look = ({ batch }: Extract<FromWorker, { type: "batch" }>): void => {
    if (seen.received === warmUp) seen.firstAtMs = nowMs();
    seen.received += batch.received;
    if (seen.received === warmUp) onWarm();
    seen.shed += batch.shed;
    seen.malformed += batch.malformed + batch.unknownTopic;
    seen.duplicate += batch.duplicate;
    if (batch.samples) checker?.(batch.samples);
  };
  let isSubscribed = false;
  const session = createLiveSession({
    startWorker: (onMessage) =>
      startLiveWorker("bench", (message) => {
        if (message.type === "batch") look(message);
        if (message.type === "subscriptions" && message.held.length > 0) isSubscribed = true;
        onMessage(message);
        if (isSubscribed) onReady();
      }),
  });
  const { store } = session;
  for (let row = 0; row < ROWS; row += 1) {
    const name = benchThingName(row);
    store.subscribe(name, () => {
      seen.notified += 1;
      store.record(name).live(store.facts());
      store.record(name).metric("flow", store.facts());
    });
  }
  store.subscribeAll(() => {
    if (seen.received < warmUp + messages) return;
    const ingested: Ingested = { ...seen, received: seen.received - warmUp, lastAtMs: nowMs() };
    onDone(ingested);
  });
}

/** Looks whether each message names the thing of its topic and follows the one before. */
function createChecker(seen: { misnamed: number; reordered: number }): (batch: SampleBatch) => void {
  const things: string[] = [];
  const metrics: string[] = [];
  const last = new Map<string, number>();
  return ({ samples, length, newThings, newMetrics }) => {
    for (const { place, name } of newThings) things[place] = name;
    metrics.push(...newMetrics);
    const [device, sequence] = [metrics.indexOf("device"), metrics.indexOf("n")];
    for (let at = 0; at < length; at += HEADER_LENGTH + 2 * (samples[at + 3] ?? 0)) {
      const thing = things[samples[at] ?? 0] ?? "";
      const valueOf = (metric: number): number => {
        for (let i = at + HEADER_LENGTH; i < at + HEADER_LENGTH + 2 * (samples[at + 3] ?? 0); i += 2)
          if ((samples[i] ?? 0) >> 1 === metric) return samples[i + 1] ?? Number.NaN;
        return Number.NaN;
      };
      if (benchThingName(valueOf(device) - FIRST_DEVICE) !== thing) seen.misnamed += 1;
      const n = valueOf(sequence);
      if (n !== (last.get(thing) ?? FIRST_SEQUENCE - 1) + 1) seen.reordered += 1;
      last.set(thing, n);
    }
  };
}

Object.assign(globalThis, { bench: { ...starts, warm: () => warm, result: () => done } });
