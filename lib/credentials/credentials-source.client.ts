import "client-only";
import { steadyNowMs } from "../platform/clock.ts";
import { VIEWER_HEADER } from "../session/viewer.ts";
import { type FleetAccess, parseFleetAccess } from "./fleet-access.ts";
import { createServerClock, type ServerClock } from "./server-clock.ts";

/** How asking for keys went. Only `ready` carries keys; times are epoch ms of this machine's steady clock. */
export type AccessOutcome =
  | { status: "ready"; access: FleetAccess }
  | { status: "setting-up"; retryAtMs: number }
  | { status: "signed-out" }
  | { status: "refused"; code: string; sentence: string }
  | { status: "unavailable"; retryAtMs: number; code: string; sentence: string };

/** Tells the other tabs of this browser that one of them has just asked in vain, so that the group asks once. */
export interface OutageChannel {
  announce: (retryAtMs: number) => void;
  onAnnounced: (listener: (retryAtMs: number) => void) => () => void;
}

export interface CredentialsSourceParts {
  /** Whose keys are asked for: a browser that is somebody else's by now is answered with none. */
  viewerSub?: string;
  fetch?: typeof fetch;
  clock?: ServerClock;
  nowMs?: () => number;
  /** Waits are measured on it: a clock that is set back must not make them hours. */
  monotonicNowMs?: () => number;
  random?: () => number;
  outages?: OutageChannel;
  onOutcome?: (outcome: AccessOutcome) => void;
}

/**
 * The browser's only way to keys: single flight, renewed before they expire by the server's clock, in memory only. Never rejects:
 * a rejection inside the SDK would be swallowed and stall the connection.
 */
export interface CredentialsSource {
  /** Keys good for a connection now, or why there are none. */
  get: () => Promise<AccessOutcome>;
  /** The broker refused the keys or ended the connection: asks the server for others, at most once a minute. */
  renewAfterRefusal: () => Promise<AccessOutcome>;
  /** Renews if due; call it when the page becomes visible, comes online, and every minute. */
  renewIfDue: () => Promise<void>;
  /** Fetches keys in the name of this tab: the server notes its MQTT client, so that a sign-out elsewhere can cut it off at the broker. */
  introduce: (tabId: string) => Promise<void>;
  /** The next `get` may ask at once even though the group is waiting; for a person's click. */
  skipWait: () => void;
  /** Forgets the keys for good; `get` then answers signed-out. */
  wipe: () => void;
  /** How asking went the last time, the keys at hand aside; null before the first answer. */
  latest: () => AccessOutcome | null;
  /** When the keys at hand end (epoch ms, server clock); null without keys. */
  keysEndAtMs: () => number | null;
  /** The server's clock; synchronised with every answer. */
  clock: ServerClock;
}

/** Renewed this long before the end, plus up to a minute so that tabs do not renew in one second. */
const RENEW_BEFORE_MS = 5 * 60_000;
const RENEW_SPREAD_MS = 60_000;
/** On an outage the tabs of one browser together ask at most once in this time (HAZARDS C11). */
const OUTAGE_WAIT_MS = 30_000;
const OUTAGE_SPREAD_MS = 8_000;
/** No server was reached at all: asking again costs nobody anything. */
const OFFLINE_WAIT_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;
const REFUSAL_PAUSE_MS = 60_000;
/** Keys with less life than this are not offered: signing, connecting and the broker's clock need some of it. */
const LIFE_LEFT_MS_USABLE = 10_000;
const FETCH_TIMEOUT_MS = 20_000;

interface Answer {
  status: number;
  body: unknown;
  roundTripMs: number;
  retryAfterMs: number | null;
}

function retryAfterOf(response: Response, body: unknown): number | null {
  const said = body as { retryAfterMs?: unknown; error?: { retryAfterMs?: unknown } } | null;
  const inBody: unknown = said?.retryAfterMs ?? said?.error?.retryAfterMs;
  if (typeof inBody === "number" && inBody >= 0 && inBody <= 3_600_000) return inBody;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : null;
}

/** Null when no server was reached. */
async function ask({ fetch: fetchKeys = fetch, viewerSub }: CredentialsSourceParts, request: object): Promise<Answer | null> {
  const sentAtMs = performance.now();
  try {
    const response = await fetchKeys("/api/credentials", {
      method: "POST",
      headers: { "content-type": "application/json", "x-thingdeck": "1", ...(viewerSub !== undefined && { [VIEWER_HEADER]: viewerSub }) },
      body: JSON.stringify(request),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    const roundTripMs = performance.now() - sentAtMs;
    const body: unknown = await response.json().catch(() => null);
    return { status: response.status, body, roundTripMs, retryAfterMs: retryAfterOf(response, body) };
  } catch {
    return null;
  }
}

function errorOf(body: unknown): { code: string; sentence: string } {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  return {
    code: typeof error?.code === "string" ? error.code : "credentials/unavailable",
    sentence: typeof error?.message === "string" ? error.message : "Access keys cannot be fetched just now.",
  };
}

class BrowserCredentials implements CredentialsSource {
  readonly clock: ServerClock;
  readonly #parts: CredentialsSourceParts;
  readonly #nowMs: () => number;
  readonly #monotonicNowMs: () => number;
  readonly #random: () => number;
  #access: FleetAccess | null = null;
  #renewSpreadMs = 0;
  #inFlight: Promise<AccessOutcome> | null = null;
  #lastFailure: AccessOutcome | null = null;
  /** Monotonic, as `#forcedAtMs` is. */
  #waitUntilMs = Number.NEGATIVE_INFINITY;
  #offlineCount = 0;
  #forcedAtMs = Number.NEGATIVE_INFINITY;
  #isWiped = false;
  /** The broker refused the keys at hand; only others are offered, unless the server has none to give. */
  #areRefused = false;
  #tabId: string | null = null;
  /** The tab that the server has been told of; another one is told at the next chance. */
  #introducedId: string | null = null;

  constructor(parts: CredentialsSourceParts) {
    this.#parts = parts;
    this.#nowMs = parts.nowMs ?? steadyNowMs;
    this.#monotonicNowMs = parts.monotonicNowMs ?? (() => performance.now());
    this.#random = parts.random ?? Math.random;
    this.clock = parts.clock ?? createServerClock();
    parts.outages?.onAnnounced((retryAtMs) => {
      const waitMs = Math.min(Math.max(0, retryAtMs - this.#nowMs()), OUTAGE_WAIT_MS);
      this.#waitUntilMs = Math.max(this.#waitUntilMs, this.#monotonicNowMs() + waitMs + this.#random() * OUTAGE_SPREAD_MS);
    });
  }

  async get(): Promise<AccessOutcome> {
    if (this.#isWiped) return { status: "signed-out" };
    if (this.#access && !this.#areRefused && this.#lifeLeftMs() > LIFE_LEFT_MS_USABLE && !this.clock.isSuspect()) {
      if (this.#isDue()) void this.#refresh();
      return { status: "ready", access: this.#access };
    }
    const outcome = await this.#refresh();
    // Keys outlive an outage of the server that hands them out (HAZARDS H09).
    const isServed = outcome.status === "unavailable" && this.#access && this.#lifeLeftMs() > LIFE_LEFT_MS_USABLE;
    return isServed && this.#access ? { status: "ready", access: this.#access } : outcome;
  }

  async renewAfterRefusal(): Promise<AccessOutcome> {
    if (this.#monotonicNowMs() - this.#forcedAtMs < REFUSAL_PAUSE_MS) return this.get();
    this.#forcedAtMs = this.#monotonicNowMs();
    this.#areRefused = true;
    const outcome = await this.#refresh();
    return outcome.status === "unavailable" ? this.get() : outcome;
  }

  async renewIfDue(): Promise<void> {
    if (!this.#isWiped && this.#access && this.#isDue()) await this.#refresh();
  }

  async introduce(tabId: string): Promise<void> {
    if (this.#tabId === tabId) return;
    this.#tabId = tabId;
    await this.#refresh();
  }

  skipWait(): void {
    this.#waitUntilMs = Number.NEGATIVE_INFINITY;
    this.#lastFailure = null;
  }

  latest(): AccessOutcome | null {
    return this.#lastFailure ?? (this.#access ? { status: "ready", access: this.#access } : null);
  }

  keysEndAtMs(): number | null {
    return this.#access?.keys.expiresAtMs ?? null;
  }

  wipe(): void {
    this.#isWiped = true;
    this.#access = null;
    this.#lastFailure = null;
  }

  #request(): object {
    const reason = this.#areRefused ? "refused" : this.#access ? "renew" : "start";
    return { reason, ...(this.#tabId === null ? {} : { tabId: this.#tabId }) };
  }

  #lifeLeftMs(): number {
    return this.#access ? this.#access.keys.expiresAtMs - this.#access.serverTimeMs - this.clock.elapsedMs() : 0;
  }

  #isDue(): boolean {
    return this.#lifeLeftMs() < RENEW_BEFORE_MS + this.#renewSpreadMs || this.clock.isSuspect() || this.#introducedId !== this.#tabId;
  }

  #refresh(): Promise<AccessOutcome> {
    const leftMs = this.#waitUntilMs - this.#monotonicNowMs();
    if (leftMs > 0) {
      const failure = this.#lastFailure ?? { status: "unavailable", retryAtMs: 0, ...errorOf(null) };
      return Promise.resolve("retryAtMs" in failure ? { ...failure, retryAtMs: this.#nowMs() + leftMs } : failure);
    }
    this.#inFlight ??= this.#fetchOnce().finally(() => (this.#inFlight = null));
    return this.#inFlight;
  }

  async #fetchOnce(): Promise<AccessOutcome> {
    const tabId = this.#tabId;
    const outcome = this.#judge(await ask(this.#parts, this.#request()));
    if (outcome.status === "ready") this.#introducedId = tabId;
    this.#lastFailure = outcome.status === "ready" ? null : outcome;
    if (outcome.status === "signed-out" || outcome.status === "refused") this.#access = null;
    this.#parts.onOutcome?.(outcome);
    return outcome;
  }

  #judge(answer: Answer | null): AccessOutcome {
    if (this.#isWiped || answer?.status === 401) return { status: "signed-out" };
    if (answer?.status === 202 || answer?.status === 429) {
      const retryAtMs = this.#waitFor(Math.max(1_000, answer.retryAfterMs ?? 5_000) * (1 + this.#random() * 0.2));
      if (answer.status === 202) return { status: "setting-up", retryAtMs };
      return { status: "unavailable", retryAtMs, ...errorOf(answer.body) };
    }
    if (answer?.status === 403) {
      this.#waitFor(OUTAGE_WAIT_MS);
      return { status: "refused", ...errorOf(answer.body) };
    }
    const access = answer?.status === 200 ? parseFleetAccess(answer.body) : null;
    return access && answer ? this.#take(access, answer.roundTripMs) : this.#unavailable(answer);
  }

  #take(access: FleetAccess, roundTripMs: number): AccessOutcome {
    this.#access = access;
    this.#areRefused = false;
    this.clock.sync(access.serverTimeMs, roundTripMs);
    this.#renewSpreadMs = this.#random() * RENEW_SPREAD_MS;
    this.#waitUntilMs = Number.NEGATIVE_INFINITY;
    this.#offlineCount = 0;
    return { status: "ready", access };
  }

  #unavailable(answer: Answer | null): AccessOutcome {
    if (answer === null) {
      const step = OFFLINE_WAIT_MS[Math.min(this.#offlineCount, OFFLINE_WAIT_MS.length - 1)] ?? OUTAGE_WAIT_MS;
      this.#offlineCount += 1;
      const retryAtMs = this.#waitFor(step * (0.5 + this.#random()));
      return { status: "unavailable", retryAtMs, code: "service/unreachable", sentence: "The Thingdeck server cannot be reached." };
    }
    const retryAtMs = this.#waitFor(Math.max(OUTAGE_WAIT_MS, answer.retryAfterMs ?? 0) + this.#random() * OUTAGE_SPREAD_MS);
    this.#parts.outages?.announce(retryAtMs);
    return { status: "unavailable", retryAtMs, ...errorOf(answer.body) };
  }

  /** Epoch ms of this machine at which the wait ends. */
  #waitFor(waitMs: number): number {
    this.#waitUntilMs = this.#monotonicNowMs() + waitMs;
    return this.#nowMs() + waitMs;
  }
}

/** A source of keys; nothing is fetched until the first `get`. */
export function createCredentialsSource(parts: CredentialsSourceParts = {}): CredentialsSource {
  return new BrowserCredentials(parts);
}
