import type { ConnectionState, LinkGap } from "../connection/connection-state.ts";

/** A blip shorter than this is not shown (UX.md gap 6). */
const GRACE_MS = 1_000;
/** A page that has just been opened shows what the server read a moment ago; without a link by then it says so. */
const FIRST_CONNECT_MS = 8_000;
/** State is read again before the data is trusted; when the server cannot do that, the stream itself is trusted after this. */
const REREAD_MS_MAX = 8_000;
const GAPS_MAX = 200;

export interface LinkTrust {
  isTrusted: boolean;
  /** The last instant at which what is shown was known to be true (epoch ms, server clock); null while trusted. */
  asOfMs: number | null;
}

export interface LinkTrustParts {
  /** Server clock. */
  nowMs: () => number;
  /** Reads the state of what is on screen again; called once per connection, after the broker acknowledged the state filters. Resolves when it is in the store. */
  reread: () => Promise<void>;
  onTrust: (trust: LinkTrust) => void;
  onGaps: (gaps: readonly LinkGap[]) => void;
}

/** Decides from the connection's state whether the data may be trusted, and records when it could not. */
export interface LinkTrustKeeper {
  /** `lastHeardMs`: when anything last arrived, server clock. */
  onState: (state: ConnectionState, lastHeardMs: number | null) => void;
  /** The broker has answered for every state filter of this connection: from now on no change is missed. */
  onSubscribed: () => void;
  /** This tab stood still for a while: nothing is known of that time, whether its link held or ended when it moved again. */
  onAsleep: (fromMs: number, toMs: number) => void;
  dispose: () => void;
}

class GraceTrustKeeper implements LinkTrustKeeper {
  readonly #parts: LinkTrustParts;
  readonly #gaps: LinkGap[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isLive = false;
  #wasLive = false;
  /** Connected, but what is published does not arrive yet. */
  #isAwaitingState = false;
  #isTrusted = true;
  /** Since when the data is not known to be true; set until it has been read again. */
  #lostAtMs: number | null = null;
  #graceEndsAtMs = 0;
  /** Counts changes of state, so that an answer to an older one changes nothing. */
  #round = 0;

  constructor(parts: LinkTrustParts) {
    this.#parts = parts;
  }

  onState(state: ConnectionState, lastHeardMs: number | null): void {
    const isLive = state.status === "live";
    if (isLive && !this.#isLive) this.#onLive();
    if (!isLive && (this.#isLive || this.#lostAtMs === null)) this.#onLost(lastHeardMs);
    this.#isLive = isLive;
    if ((state.status === "signed-out" || state.status === "refused") && this.#isTrusted) this.#distrust();
  }

  onSubscribed(): void {
    if (!this.#isAwaitingState) return;
    this.#isAwaitingState = false;
    this.#closeGap();
    const round = this.#round;
    this.#parts.reread().then(
      () => this.#trust(round),
      () => undefined,
    );
  }

  onAsleep(fromMs: number, toMs: number): void {
    const last = this.#gaps.at(-1);
    if (last?.toMs !== null) {
      this.#addGap({ fromMs, toMs });
    } else if (fromMs < last.fromMs) {
      // The end of the link was noticed on waking, after what had waited was heard: it was not listened to before either.
      this.#gaps[this.#gaps.length - 1] = { ...last, fromMs };
      this.#parts.onGaps(this.#gaps);
    }
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #onLive(): void {
    this.#round += 1;
    const round = this.#round;
    const isReturn = this.#wasLive || !this.#isTrusted;
    this.#wasLive = true;
    this.#isAwaitingState = true;
    if (isReturn) this.#after(REREAD_MS_MAX, () => this.#trust(round));
    else this.#trust(round);
  }

  #onLost(lastHeardMs: number | null): void {
    const nowMs = this.#parts.nowMs();
    const fromMs = lastHeardMs ?? nowMs;
    this.#round += 1;
    this.#isAwaitingState = false;
    if (this.#lostAtMs === null) {
      this.#lostAtMs = fromMs;
      this.#graceEndsAtMs = nowMs + (this.#wasLive ? GRACE_MS : FIRST_CONNECT_MS);
    }
    if (this.#wasLive) this.#openGap(fromMs);
    // A link that comes and goes gets one grace, not one each time.
    if (this.#isTrusted) this.#after(Math.max(0, Math.min(FIRST_CONNECT_MS, this.#graceEndsAtMs - nowMs)), () => this.#distrust());
    else this.dispose();
  }

  #openGap(fromMs: number): void {
    if (this.#gaps.at(-1)?.toMs === null) return;
    this.#addGap({ fromMs, toMs: null });
  }

  #addGap(gap: LinkGap): void {
    this.#gaps.push(gap);
    if (this.#gaps.length > GAPS_MAX) this.#gaps.shift();
    this.#parts.onGaps(this.#gaps);
  }

  #closeGap(): void {
    const open = this.#gaps.at(-1);
    if (open?.toMs !== null) return;
    this.#gaps[this.#gaps.length - 1] = { ...open, toMs: this.#parts.nowMs() };
    this.#parts.onGaps(this.#gaps);
  }

  #distrust(): void {
    this.dispose();
    this.#isTrusted = false;
    this.#parts.onTrust({ isTrusted: false, asOfMs: this.#lostAtMs });
  }

  #trust(round: number): void {
    if (round !== this.#round) return;
    this.dispose();
    this.#closeGap();
    this.#lostAtMs = null;
    if (this.#isTrusted) return;
    this.#isTrusted = true;
    this.#parts.onTrust({ isTrusted: true, asOfMs: null });
  }

  #after(delayMs: number, task: () => void): void {
    this.dispose();
    this.#timer = setTimeout(task, delayMs);
  }
}

/** A keeper for a page that is just connecting. */
export function createLinkTrust(parts: LinkTrustParts): LinkTrustKeeper {
  return new GraceTrustKeeper(parts);
}
