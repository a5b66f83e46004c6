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
  /** Reads the state of what is on screen again; resolves when it is in the store. */
  reread: () => Promise<void>;
  onTrust: (trust: LinkTrust) => void;
  onGaps: (gaps: readonly LinkGap[]) => void;
}

/** Decides from the connection's state whether the data may be trusted, and records when it could not. */
export interface LinkTrustKeeper {
  /** `lastHeardMs`: when anything last arrived, server clock. */
  onState: (state: ConnectionState, lastHeardMs: number | null) => void;
  dispose: () => void;
}

class GraceTrustKeeper implements LinkTrustKeeper {
  readonly #parts: LinkTrustParts;
  readonly #gaps: LinkGap[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wasLive = false;
  #isTrusted = true;
  #lostAtMs: number | null = null;
  /** Counts changes of state, so that an answer to an older one changes nothing. */
  #round = 0;

  constructor(parts: LinkTrustParts) {
    this.#parts = parts;
  }

  onState(state: ConnectionState, lastHeardMs: number | null): void {
    if (state.status === "live") {
      if (this.#lostAtMs !== null || !this.#wasLive) this.#onLive();
      return;
    }
    this.#onLost(lastHeardMs);
    if ((state.status === "signed-out" || state.status === "refused") && this.#isTrusted) this.#distrust();
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #onLive(): void {
    this.#closeGap();
    this.#round += 1;
    const round = this.#round;
    const isReturn = this.#wasLive || !this.#isTrusted;
    this.#wasLive = true;
    this.#after(REREAD_MS_MAX, () => this.#trust(round));
    if (!isReturn) {
      this.#trust(round);
      return;
    }
    this.#parts.reread().then(
      () => this.#trust(round),
      () => undefined,
    );
  }

  #onLost(lastHeardMs: number | null): void {
    if (this.#lostAtMs !== null) return;
    this.#round += 1;
    this.#lostAtMs = lastHeardMs ?? this.#parts.nowMs();
    if (this.#wasLive) {
      this.#gaps.push({ fromMs: this.#lostAtMs, toMs: null });
      if (this.#gaps.length > GAPS_MAX) this.#gaps.shift();
      this.#parts.onGaps(this.#gaps);
    }
    this.#after(this.#wasLive ? GRACE_MS : FIRST_CONNECT_MS, () => this.#distrust());
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
    this.#round += 1;
    this.dispose();
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
