import "client-only";
import type { ConnectionState, DoctorStep, KeysOutlook } from "../connection/connection-state.ts";
import type { SiteLoad, ThingsPage } from "../fleet/thing.ts";
import { createTopics } from "../fleet/topics.ts";
import { steadyNowMs } from "../platform/clock.ts";
import { runLater } from "../platform/run-later.ts";
import type { SessionEnd } from "../session/session-watch.client.ts";
import { leavingSignal } from "../session/sign-in.client.ts";
import { readJson } from "../session/site-api.client.ts";
import { createFrameClock } from "./frame-clock.ts";
import { createHeardStates, type HeardStatesWatch } from "./heard-states.ts";
import { createLinkTrust, type LinkTrust } from "./link-trust.ts";
import { createLiveStore, type LiveStore } from "./live-store.ts";
import { createScrollPace, type ScrollPace } from "./scroll-pace.ts";
import { createStateGap, type ReadThing, type StateGap } from "./state-gap.ts";
import { createWatchList, type WatchList } from "./watch-list.ts";
import type { FromWorker, SubscriptionNews, ToWorker } from "./worker-protocol.ts";

/** A hidden page takes a batch this often: enough to stay current, little enough to stay idle. */
const HIDDEN_EVERY_MS = 1_000;
/** How often ages are looked at: a value of one second must look stale before two have passed. */
const TICK_MS = 250;
/** A site of at most this many things is read whole once its stream is listened to, so that counts can speak of all of it. */
const SITE_THINGS_MAX = 500;

/** The page's half of the live connection, outside React. */
export interface LiveSession {
  store: LiveStore;
  watchList: WatchList;
  heard: HeardStatesWatch;
  /** What whole sites would cost to listen to, as the server counts it. */
  setSiteLoads: (loads: readonly SiteLoad[]) => void;
  /** Called after the connection's state, trust or doctor changed. */
  subscribe: (listener: () => void) => () => void;
  state: () => ConnectionState;
  trust: () => LinkTrust;
  doctor: () => DoctorStep[];
  /** Set while keys that are due cannot be renewed. */
  keys: () => KeysOutlook | null;
  serverNowMs: () => number;
  retryNow: () => void;
  /** A list is being scrolled: until it rests, what is on screen follows the values four times a second instead of in every frame. */
  onScroll: () => void;
  /** The viewer's session is over: closes the socket and forgets the data; the page may stay for a moment. */
  end: (because: SessionEnd) => void;
  /** Closes the socket, ends the worker, forgets the data. */
  close: () => void;
}

/** The worker as the page sees it. */
export interface WorkerPort {
  post: (message: ToWorker, transfer?: Transferable[]) => void;
  terminate: () => void;
}

export interface LiveSessionParts {
  startWorker: (onMessage: (message: FromWorker) => void) => WorkerPort;
}

const TRUSTED: LinkTrust = { isTrusted: true, asOfMs: null };

class PageLiveSession implements LiveSession {
  readonly store: LiveStore;
  readonly watchList: WatchList;
  readonly heard: HeardStatesWatch;
  readonly #gap: StateGap;
  readonly #worker: WorkerPort;
  readonly #listeners = new Set<() => void>();
  readonly #undo: (() => void)[] = [];
  #state: ConnectionState = { status: "connecting", sinceMs: steadyNowMs() };
  #trust: LinkTrust = TRUSTED;
  #doctor: DoctorStep[] = [];
  #keys: KeysOutlook | null = null;
  /** The server's clock as the worker last told it, and when, on a clock that nobody sets (HAZARDS H14). */
  #serverClock = { serverMs: steadyNowMs(), monotonicMs: performance.now() };
  #frame: number | null = null;
  readonly #frameClock = createFrameClock();
  readonly #pace: ScrollPace;
  #isStateSettled = false;
  #siteLoads: readonly SiteLoad[] = [];
  readonly #sitesRead = new Set<string>();
  readonly #trustKeeper: ReturnType<typeof createLinkTrust>;

  constructor({ startWorker }: LiveSessionParts) {
    this.store = createLiveStore({ nowMs: () => this.serverNowMs() });
    this.heard = createHeardStates(this.store);
    this.watchList = createWatchList(() => this.#pace.run());
    this.#pace = createScrollPace(() => this.#tellInterest());
    this.#gap = createStateGap({
      watched: () => this.#watched(),
      read: (names) => this.#readAgain(names),
      later: runLater,
    });
    this.#trustKeeper = createLinkTrust({
      nowMs: () => this.serverNowMs(),
      reread: () => this.#gap.catchUp(),
      onTrust: (trust) => {
        this.#trust = trust;
        this.store.setLinkTrusted(trust.isTrusted);
        this.#tell();
      },
      onGaps: (gaps) => this.store.setGaps(gaps),
    });
    this.#worker = startWorker((message) => this.#onMessage(message));
    this.#worker.post({ type: "start" });
    this.#attachPage();
  }

  setSiteLoads(loads: readonly SiteLoad[]): void {
    this.#siteLoads = loads;
    this.watchList.setSiteLoads(loads);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(): ConnectionState {
    return this.#state;
  }

  trust(): LinkTrust {
    return this.#trust;
  }

  doctor(): DoctorStep[] {
    return this.#doctor;
  }

  keys(): KeysOutlook | null {
    return this.#keys;
  }

  serverNowMs(): number {
    return this.#serverClock.serverMs + performance.now() - this.#serverClock.monotonicMs;
  }

  retryNow(): void {
    this.#worker.post({ type: "retry" });
  }

  onScroll(): void {
    this.#pace.onScroll();
  }

  end(because: SessionEnd): void {
    this.#worker.post({ type: "stop", because });
    this.store.wipe();
    this.#setState({ status: "signed-out", because });
  }

  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#trustKeeper.dispose();
    this.#gap.onLost();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#pace.stop();
    this.#worker.post({ type: "stop", because: "signed-out" });
    // The worker sends its DISCONNECT before it goes; nothing it says is heard any more.
    setTimeout(() => this.#worker.terminate(), 200);
    this.store.wipe();
  }

  #attachPage(): void {
    const listen = (target: EventTarget, type: string, listener: () => void): void => {
      target.addEventListener(type, listener);
      this.#undo.push(() => target.removeEventListener(type, listener));
    };
    const onVisible = (): void => {
      if (document.visibilityState !== "visible") return;
      this.#worker.post({ type: "wake", why: "visible", isOnline: navigator.onLine });
      this.#scheduleFrame();
    };
    listen(document, "visibilitychange", onVisible);
    listen(globalThis, "pageshow", onVisible);
    listen(document, "resume", onVisible);
    listen(globalThis, "online", () => this.#worker.post({ type: "wake", why: "online", isOnline: true }));
    listen(globalThis, "offline", () => this.#worker.post({ type: "offline" }));
    const ticker = setInterval(() => this.store.tick(), TICK_MS);
    this.#undo.push(() => clearInterval(ticker));
  }

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case "batch":
        if (this.#state.status !== "signed-out") this.store.ingest(message.batch);
        this.#giveBack((message.batch.samples?.samples.buffer as ArrayBuffer | undefined) ?? null);
        this.#scheduleFrame();
        break;
      case "state":
        this.#serverClock = { serverMs: message.serverNowMs, monotonicMs: performance.now() };
        this.#doctor = message.doctor;
        this.#keys = message.keys;
        if (message.state.status === "signed-out" && this.#state.status !== "signed-out") this.store.wipe();
        if (this.#state.status !== "signed-out" || message.state.status !== "signed-out") {
          this.#setState(message.state, message.lastHeardMs);
        }
        break;
      case "subscriptions":
        this.#onSubscriptions(message);
        break;
      case "asleep":
        this.#trustKeeper.onAsleep(message.fromMs, message.toMs);
        this.#gap.onMissed(message.toMs);
        break;
    }
  }

  #onSubscriptions({ held, telemetryTopic, leftCount, refusedCount, stateHeld, isStateSettled }: SubscriptionNews): void {
    const topics = createTopics(telemetryTopic);
    const filters = new Set(held);
    this.store.setStreaming((thing, site) => filters.has(topics.telemetryOfSite(site)) || filters.has(topics.telemetryOf(site, thing)));
    this.store.setCounters({ thingsOverBudget: leftCount, refusedFilters: refusedCount });
    this.#isStateSettled = isStateSettled;
    this.#gap.setHeld(new Map(stateHeld.map(({ site, sinceMs }) => [site, sinceMs])));
    if (isStateSettled) this.#trustKeeper.onSubscribed();
    for (const { site, thingCount } of this.#siteLoads) {
      if (thingCount <= SITE_THINGS_MAX && filters.has(topics.telemetryOfSite(site))) void this.#readSite(site);
    }
    this.#scheduleFrame();
  }

  /** One flush per frame; a hidden page has none, and nobody looks. */
  #scheduleFrame(): void {
    if (document.visibilityState !== "hidden") this.#frame ??= requestAnimationFrame((beganAtMs) => this.#onFrame(beganAtMs));
  }

  #onFrame(beganAtMs: number): void {
    this.#frame = null;
    this.#frameClock.onFrame(beganAtMs);
    if (this.#pace.isTurn()) this.store.flush();
    else this.#scheduleFrame();
  }

  /** At once, so that what comes next is not held up for a frame; a page that is busy takes the next one when it can. */
  #giveBack(buffer: ArrayBuffer | null): void {
    const nextInMs = document.visibilityState === "hidden" ? HIDDEN_EVERY_MS : this.#frameClock.nextBatchInMs(performance.now());
    this.#worker.post({ type: "taken", buffer, nextInMs }, buffer ? [buffer] : []);
  }

  #tellInterest(): void {
    this.#worker.post({ type: "interest", interest: this.watchList.interest(), rawThings: this.watchList.openThings() });
    this.#gap.onWatched();
  }

  #watched(): ReadThing[] {
    const wanted = new Map(this.watchList.interest().things.map(({ thing, site }) => [thing, site]));
    return [...wanted].map(([thingName, site]) => ({ thingName, site, readAtMs: this.store.record(thingName).stateReadAtMs }));
  }

  async #readAgain(names: string[]): Promise<void> {
    await this.#seedFrom({ names: names.join(","), fresh: "1", limit: String(names.length) });
  }

  /** Once: rows that appear later bring their own answer. */
  async #readSite(site: string): Promise<void> {
    if (this.#sitesRead.has(site)) return;
    this.#sitesRead.add(site);
    await this.#seedFrom({ site, limit: String(SITE_THINGS_MAX) }).catch(() => this.#sitesRead.delete(site));
  }

  async #seedFrom(search: Record<string, string>): Promise<void> {
    const query = new URLSearchParams(search);
    const signal = AbortSignal.any([leavingSignal(), AbortSignal.timeout(10_000)]);
    this.store.seed((await readJson<ThingsPage>(`/api/things?${query.toString()}`, signal)).things);
  }

  #setState(state: ConnectionState, lastHeardMs: number | null = null): void {
    this.#state = state;
    const isConnected = state.status === "live" || state.status === "refused";
    if (!isConnected) {
      this.#isStateSettled = false;
      this.#gap.onLost();
    }
    this.#trustKeeper.onState(state, lastHeardMs);
    if (state.status === "live" && this.#isStateSettled) this.#trustKeeper.onSubscribed();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Starts the worker and connects. */
export function createLiveSession(parts: LiveSessionParts): LiveSession {
  return new PageLiveSession(parts);
}
