import "client-only";
import type { AccessOutcome } from "../credentials/credentials-source.client.ts";
import type { FleetAccess } from "../credentials/fleet-access.ts";
import { createTopics, type Topics } from "../fleet/topics.ts";
import { classifyLoss, type LossEvidence } from "./classify-loss.ts";
import type { ConnectionLoss, ConnectionState } from "./connection-state.ts";
import type { ConnectionFacts, FleetConnection, FleetConnectionParts, FleetConnectionSettings } from "./fleet-connection.ts";
import { createLinkWatchdog, type LinkWatchdog } from "./link-watchdog.ts";
import { createLazyTransport } from "./lazy-transport.client.ts";
import type { MqttTransport } from "./mqtt-transport.ts";
import { presignMqttUrl } from "./presign-mqtt-url.ts";
import { mayBeKeys, reconnectDelayMs, TAKEOVERS_KEPT, yieldDelayMs } from "./reconnect-policy.ts";
import { steadyNowMs } from "../platform/clock.ts";
import { runLater } from "../platform/run-later.ts";
import type { SessionEnd } from "../session/session-watch.client.ts";
import { createSubscriptionManager, type SubscriptionManager } from "./subscription-manager.ts";
import { type Interest, NO_INTEREST, planSubscriptions, type SubscriptionPlan } from "./subscription-plan.ts";

const REFUSED_CREDENTIALS_RETRY_MS = 60_000;
/** A connection that ends sooner is one more failed attempt: a broker may accept every client and end it at once. */
const LASTING_MS = 10_000;

class BrowserFleetConnection implements FleetConnection {
  readonly #parts: FleetConnectionSettings;
  readonly #manager: SubscriptionManager;
  readonly #watchdog: LinkWatchdog;
  #state: ConnectionState;
  #transport: MqttTransport | null = null;
  #access: FleetAccess | null = null;
  #topics: Topics = createTopics();
  #clientId: string | null = null;
  #tabId: string;
  #interest: Interest = NO_INTEREST;
  #plan: SubscriptionPlan = { filters: [], left: [] };
  #attempt = 0;
  #connectedAtMs = 0;
  #failedHandshakes = 0;
  #isRenewalWanted = false;
  #takeoversAtMs: number[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isAttempting = false;
  #isStopped = true;

  constructor(parts: FleetConnectionParts) {
    this.#parts = {
      open: parts.open ?? createLazyTransport(),
      nowMs: steadyNowMs,
      random: Math.random,
      isOnline: () => navigator.onLine,
      newId: () => crypto.randomUUID(),
      explainLoss: (loss) => loss,
      ...parts,
    };
    this.#tabId = parts.tabId ?? this.#parts.newId();
    this.#state = { status: "connecting", sinceMs: this.#parts.nowMs() };
    const serverNowMs = (): number => this.#parts.source.clock.nowMs();
    this.#manager = createSubscriptionManager({ nowMs: serverNowMs, later: runLater, onChange: () => this.#onSubscriptions() });
    this.#watchdog = createLinkWatchdog({
      echo: () => this.#transport?.echo() ?? Promise.reject(new Error("closed")),
      onLatency: (latencyMs) => this.#onLatency(latencyMs),
      onSilent: () => this.#lose({ phase: "connected", ownVerdict: "stalled" }),
      onAsleep: (fromMs, toMs) => this.#parts.onAsleep?.(fromMs, toMs),
      wallNowMs: serverNowMs,
    });
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#attemptIn(0);
  }

  stop(because: SessionEnd): void {
    this.#isStopped = true;
    this.#drop();
    if (this.#timer) clearTimeout(this.#timer);
    this.#parts.source.wipe();
    this.#access = null;
    this.#setState({ status: "signed-out", because });
  }

  retryNow(): void {
    if (this.#isStopped || this.#transport) return;
    this.#parts.source.skipWait();
    this.#takeoversAtMs = [];
    this.#attemptIn(0);
  }

  wake(why: "visible" | "online"): void {
    if (this.#isStopped) return;
    void this.#parts.source.renewIfDue();
    if (this.#state.status === "live") this.#watchdog.checkNow();
    else if (this.#transport === null && this.#state.status === "reconnecting" && why === "online")
      this.#attemptIn(this.#parts.random() * 1500);
  }

  setInterest(interest: Interest): void {
    this.#interest = interest;
    this.#replan();
  }

  facts(): ConnectionFacts {
    return {
      state: this.#state,
      outcome: this.#parts.source.latest(),
      keysEndAtMs: this.#parts.source.keysEndAtMs(),
      access: this.#access,
      clientId: this.#clientId,
      refusedFilters: this.#manager.refused(),
      isSubscribed: this.#transport !== null && this.#manager.isSettled(),
      unansweredCount: this.#manager.unansweredCount(),
      plan: this.#plan,
      heldSinceMs: (filter) => this.#manager.heldSinceMs(filter),
      lastHeardMs: this.#watchdog.lastHeardMs(),
    };
  }

  #attemptIn(delayMs: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#try(), delayMs);
  }

  async #try(): Promise<void> {
    if (this.#isStopped || this.#transport || this.#isAttempting) return;
    this.#isAttempting = true;
    if (this.#attempt === 0 && this.#state.status !== "connecting") this.#setState({ status: "connecting", sinceMs: this.#parts.nowMs() });
    void this.#parts.source.introduce(this.#tabId);
    const outcome = await (this.#isRenewalWanted ? this.#parts.source.renewAfterRefusal() : this.#parts.source.get());
    this.#isAttempting = false;
    if (this.#hasStopped()) return;
    this.#isRenewalWanted = false;
    if (outcome.status === "ready") this.#open(outcome.access);
    else this.#waitForKeys(outcome);
  }

  /** Asked again after every wait: `stop` may have been called meanwhile. */
  #hasStopped(): boolean {
    return this.#isStopped;
  }

  #waitForKeys(outcome: Exclude<AccessOutcome, { status: "ready" }>): void {
    const nowMs = this.#parts.nowMs();
    switch (outcome.status) {
      case "signed-out":
        this.stop("expired");
        break;
      case "setting-up":
        this.#setState({ status: "setting-up", retryAtMs: outcome.retryAtMs });
        this.#attemptIn(outcome.retryAtMs - nowMs);
        break;
      case "refused":
        this.#setState({ status: "refused", action: "credentials", resource: outcome.code, sentence: outcome.sentence, sinceMs: nowMs });
        this.#attemptIn(REFUSED_CREDENTIALS_RETRY_MS);
        break;
      case "unavailable":
        this.#reconnectAt(outcome.retryAtMs, { cause: "credentials-unavailable", sentence: outcome.sentence, isGuess: false });
        break;
    }
  }

  #open(access: FleetAccess): void {
    this.#access = access;
    this.#topics = createTopics(access.telemetryTopic);
    this.#clientId = `${access.clientIdPrefix}${this.#tabId}`;
    const topics = this.#topics;
    let url: string;
    try {
      url = presignMqttUrl({ mqttUrl: access.mqttUrl, region: access.region, keys: access.keys, nowMs: this.#parts.source.clock.nowMs() });
    } catch {
      this.#lose({ phase: "handshake", ownVerdict: "client-error" });
      return;
    }
    this.#transport = this.#parts.open({
      url,
      clientId: this.#clientId,
      onConnected: () => this.#onConnected(),
      onClosed: (evidence) => this.#lose(evidence),
      onMessage: (message) => {
        this.#watchdog.heard();
        this.#parts.onMessage(message, topics);
      },
    });
  }

  #onConnected(): void {
    this.#connectedAtMs = performance.now();
    this.#failedHandshakes = 0;
    this.#setState({ status: "live", sinceMs: this.#parts.nowMs(), latencyMs: null });
    if (this.#transport) this.#manager.attach(this.#transport);
    this.#watchdog.start();
    this.#replan();
  }

  #lose(evidence: Omit<LossEvidence, "isOnline">): void {
    if (this.#isStopped) return;
    this.#drop();
    const isOnline = this.#parts.isOnline();
    const nowMs = this.#parts.nowMs();
    const hasLasted = evidence.phase === "connected" && performance.now() - this.#connectedAtMs > LASTING_MS;
    this.#attempt = hasLasted ? 1 : this.#attempt + 1;
    const attempt = this.#attempt;
    const loss = this.#parts.explainLoss(classifyLoss({ ...evidence, isOnline }), attempt, (better) => this.#onExplained(attempt, better));
    this.#failedHandshakes = evidence.phase === "handshake" ? this.#failedHandshakes + 1 : 0;
    this.#isRenewalWanted = mayBeKeys(loss, this.#failedHandshakes);
    if (loss.cause === "taken-over") {
      this.#yield(loss);
      return;
    }
    const isRefused = loss.cause === "credentials-refused";
    const delayMs = reconnectDelayMs({ attempt, cause: loss.cause, random: this.#parts.random(), isOnline });
    if (isRefused) {
      this.#setState({ status: "refused", action: "iot:Connect", resource: `client/${this.#clientId ?? ""}`, sinceMs: nowMs });
      this.#attemptIn(delayMs);
    } else {
      this.#reconnectAt(nowMs + delayMs, loss);
    }
  }

  /** The server's word came while this page waits for its next attempt. */
  #onExplained(attempt: number, reason: ConnectionLoss): void {
    if (this.#state.status !== "reconnecting" || this.#state.attempt !== attempt || !this.#state.reason.isGuess) return;
    this.#isRenewalWanted = mayBeKeys(reason, this.#failedHandshakes);
    this.#setState({ ...this.#state, reason });
  }

  /** Comes back under another name, so that whoever took this one keeps it. */
  #yield(loss: ConnectionLoss): void {
    const serverNowMs = this.#parts.source.clock.nowMs();
    this.#tabId = this.#parts.newId();
    this.#takeoversAtMs = [...this.#takeoversAtMs, serverNowMs].slice(-TAKEOVERS_KEPT);
    const delayMs = yieldDelayMs(this.#takeoversAtMs, serverNowMs, this.#parts.random());
    this.#reconnectAt(this.#parts.nowMs() + delayMs, loss);
  }

  #reconnectAt(retryAtMs: number, reason: ConnectionLoss): void {
    const sinceMs = this.#state.status === "reconnecting" ? this.#state.sinceMs : this.#parts.nowMs();
    const attempt = Math.max(1, this.#attempt);
    this.#setState({ status: "reconnecting", wasLive: this.#connectedAtMs > 0, attempt, retryAtMs, reason, sinceMs });
    this.#attemptIn(Math.max(0, retryAtMs - this.#parts.nowMs()));
  }

  #drop(): void {
    this.#watchdog.stop();
    this.#manager.detach();
    this.#transport?.close();
    this.#transport = null;
  }

  #replan(): void {
    const sites = this.#access?.sites.map(({ id }) => id) ?? [];
    this.#plan = planSubscriptions({ topics: this.#topics, sites, interest: this.#interest });
    this.#manager.setWanted(this.#plan.filters);
  }

  #onSubscriptions(): void {
    this.#parts.onSubscriptions?.();
    const refused = this.#manager.refused();
    const isAllRefused = this.#plan.filters.length > 0 && this.#plan.filters.every((filter) => refused.has(filter));
    const [filter] = this.#plan.filters;
    if (this.#state.status === "live" && isAllRefused) {
      this.#setState({ status: "refused", action: "iot:Subscribe", resource: `topicfilter/${filter ?? ""}`, sinceMs: this.#parts.nowMs() });
    } else if (this.#state.status === "refused" && this.#transport && !isAllRefused) {
      this.#setState({ status: "live", sinceMs: this.#parts.nowMs(), latencyMs: null });
    }
  }

  #onLatency(latencyMs: number): void {
    if (this.#state.status === "live") this.#setState({ ...this.#state, latencyMs: Math.round(latencyMs) });
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#parts.onState(state);
  }
}

/** A connection that does nothing until `start`. */
export function createFleetConnection(parts: FleetConnectionParts): FleetConnection {
  return new BrowserFleetConnection(parts);
}
