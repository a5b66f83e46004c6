import { createRoot } from "react-dom/client";
import type { ThingSummary } from "@/lib/fleet/thing";
import { HEADER_LENGTH, type SampleBatch } from "@/lib/telemetry/sample-batch";
import type { IngestBatch } from "@/lib/telemetry/ingest";
import { serveLiveWorker } from "@/lib/telemetry/live-worker.client";
import type { LiveSession } from "@/lib/telemetry/live-session.client";
import { ThingSeries } from "@/lib/telemetry/thing-series";
import type { FromWorker, ToWorker } from "@/lib/telemetry/worker-protocol";
import { openTransport } from "@/lib/connection/mqtt-transport.client";
import { rootElement } from "./chart-scene.ts";
import { benchThings, FleetDeck } from "./fleet-deck.tsx";
import { ReduxPeer, type Reading, StatePeer } from "./fleet-peers.tsx";
import { watchFrames } from "./frame-watch.ts";

/** What has come so far, and how long each looked-at message took from the source's socket to the commit of its frame. */
const seen = { received: 0, lost: 0, latenciesMs: [] as number[], lastSentMs: 0 };
const nowMs = () => performance.timeOrigin + performance.now();
/** One message in this many is timed. */
const SAMPLE_EVERY = 50;

let session: LiveSession | undefined;
let sentMetric = -1;
let waiting: number[] = [];
let metricCount = 0;

/** Notes when sampled messages of a batch left the source. */
function noteSent({ samples, length, newMetrics }: SampleBatch): void {
  const found = newMetrics.indexOf("sent");
  if (found >= 0) sentMetric = metricCount + found;
  metricCount += newMetrics.length;
  let index = 0;
  for (let at = 0; at < length; at += HEADER_LENGTH + 2 * (samples[at + 3] ?? 0)) {
    if ((index += 1) % SAMPLE_EVERY !== 0) continue;
    for (let i = at + HEADER_LENGTH; i < at + HEADER_LENGTH + 2 * (samples[at + 3] ?? 0); i += 2)
      if ((samples[i] ?? 0) >> 1 === sentMetric) waiting.push(samples[i + 1] ?? 0);
  }
}

function attach(opened: LiveSession): void {
  if (session === opened) return;
  session = opened;
  const { store } = opened;
  const ingest = store.ingest.bind(store);
  store.ingest = (batch: IngestBatch) => {
    seen.received += batch.received;
    seen.lost += batch.shed + batch.malformed + batch.unknownTopic + batch.duplicate;
    if (batch.samples) noteSent(batch.samples);
    ingest(batch);
  };
  store.subscribeAll(() => {
    const sent = waiting;
    waiting = [];
    // React commits what this flush changed in a microtask that is queued already.
    queueMicrotask(() => {
      const committedMs = nowMs();
      for (const sentMs of sent) seen.latenciesMs.push(committedMs - sentMs);
      seen.lastSentMs = sent.at(-1) ?? seen.lastSentMs;
    });
  });
}

/** The product's worker code run by the page itself, spoken to through a channel: the same design without the worker. */
class WorkerInPage {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  readonly #port: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event: MessageEvent<FromWorker>) => this.onmessage?.(event);
    serveLiveWorker({
      viewerSub: "bench",
      postMessage: (message, transfer) => port2.postMessage(message, transfer),
      onMessage: (listener) => {
        port2.onmessage = ({ data }: MessageEvent<ToWorker>) => listener(data);
      },
    });
  }

  postMessage(message: ToWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  terminate(): void {
    this.#port.close();
  }
}

const decoder = new TextDecoder();
let readerRoot: ReturnType<typeof createRoot> | undefined;

/** Resolves when messages may come. */
function mountDeck(things: readonly ThingSummary[], hasChart: boolean): Promise<void> {
  readerRoot = createRoot(rootElement());
  return new Promise((resolve) => {
    const onSession = (opened: LiveSession): void => {
      attach(opened);
      opened.subscribe(() => {
        if (opened.state().status === "live") resolve();
      });
    };
    readerRoot?.render(<FleetDeck things={things} hasChart={hasChart} onSession={onSession} />);
  });
}

/** The usual way: SDK, `JSON.parse` and state in the page, one update a message. */
function mountPeer(Peer: typeof StatePeer, url: string): Promise<void> {
  return new Promise((resolve) => {
    const onReady = (take: (thing: string, reading: Reading) => void): void => {
      const transport = openTransport({
        url,
        clientId: "peer",
        onConnected: () => void transport.subscribe(["dt/harbor/+/telemetry"]).then(() => resolve()),
        onClosed: () => undefined,
        onMessage: ({ topic, payload }) => {
          const reading = JSON.parse(decoder.decode(payload)) as Reading;
          seen.received += 1;
          seen.lastSentMs = reading.sent ?? 0;
          take(topic.split("/")[2] ?? "", reading);
        },
      });
    };
    createRoot(rootElement()).render(<Peer onReady={onReady} />);
  });
}

type Kind = "ours" | "in-page" | "state" | "redux";

Object.assign(globalThis, {
  bench: {
    mount: async ({ kind, count, url, hasChart = true }: { kind: Kind; count: number; url: string; hasChart?: boolean }) => {
      if (kind === "in-page") Object.assign(globalThis, { Worker: WorkerInPage });
      if (kind === "state" || kind === "redux") await mountPeer(kind === "state" ? StatePeer : ReduxPeer, url);
      else await mountDeck(benchThings(count), hasChart);
    },
    /** Watches the page for a while; what was seen before does not count. */
    watch: async (forMs: number) => {
      seen.latenciesMs.length = 0;
      const smoothness = await watchFrames(forMs);
      return { ...smoothness, latenciesMs: seen.latenciesMs.slice(), behindMs: Math.max(0, nowMs() - seen.lastSentMs) };
    },
    seen: () => ({ received: seen.received, lost: seen.lost }),
    /** Bytes of the rings and the values in them. */
    rings: (count: number) => {
      let bytes = 0;
      let values = 0;
      for (const { thingName } of benchThings(count)) {
        const series = session?.store.record(thingName).series;
        bytes += series?.byteLength ?? 0;
        values += (series?.rowCount ?? 0) * metricCount;
      }
      return { bytes, values };
    },
    /** Bytes a value of a full ring of five metrics, as PERFORMANCE.md counts them. */
    fiveMetricBytes: () => {
      const rows = 4_096;
      const series = new ThingSeries(rows);
      for (let row = 0; row < rows; row += 1) {
        series.beginRow(row * 1_000);
        for (let metric = 0; metric < 5; metric += 1) series.put(metric, row / 7);
      }
      return series.byteLength / (rows * 5);
    },
  },
});
