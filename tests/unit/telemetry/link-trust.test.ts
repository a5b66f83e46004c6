import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConnectionState, LinkGap } from "../../../lib/connection/connection-state.ts";
import { createLinkTrust, type LinkTrust } from "../../../lib/telemetry/link-trust.ts";

const LIVE: ConnectionState = { status: "live", sinceMs: 0, latencyMs: null };
const CONNECTING: ConnectionState = { status: "connecting", sinceMs: 0 };
const LOST: ConnectionState = {
  status: "reconnecting",
  wasLive: true,
  attempt: 1,
  retryAtMs: 0,
  sinceMs: 0,
  reason: { cause: "network", sentence: "", isGuess: true },
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A keeper on the fake clock, with state reads that end when told. */
function world() {
  const told: LinkTrust[] = [];
  let gaps: readonly LinkGap[] = [];
  let reads = 0;
  let end: (how: "read" | "failed") => void = () => undefined;
  const keeper = createLinkTrust({
    nowMs: () => Date.now(),
    reread: () => {
      reads += 1;
      return new Promise((resolve, reject) => (end = (how) => (how === "read" ? resolve() : reject(new Error("503")))));
    },
    onTrust: (trust) => told.push(trust),
    onGaps: (next) => (gaps = [...next]),
  });
  const go = (state: ConnectionState) => keeper.onState(state, Date.now());
  const goLive = async () => {
    go(CONNECTING);
    go(LIVE);
    keeper.onSubscribed();
    end("read");
    await vi.advanceTimersByTimeAsync(0);
  };
  const finish = async (how: "read" | "failed") => {
    end(how);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { keeper, go, goLive, finish, told, reads: () => reads, gaps: () => gaps, isTrusted: () => told.at(-1)?.isTrusted ?? true };
}

describe("trust in what is shown", () => {
  test("a loss dims the data after one second and not before, as of the last thing heard", async () => {
    const { goLive, go, told, isTrusted } = world();
    await goLive();
    const lostAtMs = Date.now();
    go(LOST);
    await vi.advanceTimersByTimeAsync(999);
    expect(isTrusted()).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual([{ isTrusted: false, asOfMs: lostAtMs }]);
  });

  test("a connection alone does not undim: state is read after the SUBACK, and only then trusted", async () => {
    const { keeper, goLive, go, finish, reads, isTrusted } = world();
    await goLive();
    go(LOST);
    await vi.advanceTimersByTimeAsync(5_000);
    go(LIVE);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([reads(), isTrusted()]).toEqual([1, false]);
    keeper.onSubscribed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([reads(), isTrusted()]).toEqual([2, false]);
    await finish("read");
    expect(isTrusted()).toBe(true);
  });

  test("when the server cannot be read, the stream itself is trusted after eight seconds", async () => {
    const { keeper, goLive, go, finish, isTrusted } = world();
    await goLive();
    go(LOST);
    await vi.advanceTimersByTimeAsync(5_000);
    go(LIVE);
    keeper.onSubscribed();
    await finish("failed");
    await vi.advanceTimersByTimeAsync(7_900);
    expect(isTrusted()).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    expect(isTrusted()).toBe(true);
  });

  test("a link lost again while state is being read is not trusted when that answer comes", async () => {
    const { keeper, goLive, go, finish, isTrusted } = world();
    await goLive();
    go(LOST);
    await vi.advanceTimersByTimeAsync(2_000);
    go(LIVE);
    keeper.onSubscribed();
    go(LOST);
    await finish("read");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isTrusted()).toBe(false);
  });

  test("a time in which the tab stood still is a gap of its own, or begins the gap of a link that ended meanwhile", async () => {
    const { keeper, goLive, go, gaps, isTrusted } = world();
    await goLive();
    keeper.onAsleep(1_000, 121_000);
    expect(gaps()).toEqual([{ fromMs: 1_000, toMs: 121_000 }]);
    expect(isTrusted()).toBe(true);
    go(LOST);
    const [, open] = gaps();
    keeper.onAsleep(Date.now(), Date.now() + 60_000);
    expect(gaps()[1]).toEqual(open);
    keeper.onAsleep((open?.fromMs ?? 0) - 60_000, Date.now());
    expect(gaps()[1]).toEqual({ fromMs: (open?.fromMs ?? 0) - 60_000, toMs: null });
  });

  test("a link that comes and goes gets one grace, not one each time", async () => {
    const { goLive, go, isTrusted } = world();
    await goLive();
    for (let i = 0; i < 4; i += 1) {
      go(LOST);
      await vi.advanceTimersByTimeAsync(200);
      go(LIVE);
      await vi.advanceTimersByTimeAsync(200);
    }
    go(LOST);
    await vi.advanceTimersByTimeAsync(0);
    expect(isTrusted()).toBe(false);
  });

  test("a gap lasts until the broker sends again, not until the socket is open", async () => {
    const { keeper, goLive, go, gaps } = world();
    await goLive();
    const fromMs = Date.now();
    go(LOST);
    await vi.advanceTimersByTimeAsync(3_000);
    go(LIVE);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(gaps()).toEqual([{ fromMs, toMs: null }]);
    keeper.onSubscribed();
    expect(gaps()).toEqual([{ fromMs, toMs: fromMs + 5_000 }]);
  });

  test("a page that has just been opened is trusted for eight seconds without a link, not longer", async () => {
    const { go, isTrusted } = world();
    go(CONNECTING);
    await vi.advanceTimersByTimeAsync(7_999);
    expect(isTrusted()).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(isTrusted()).toBe(false);
  });

  test("a sign-out or a refusal dims at once", async () => {
    const { goLive, go, isTrusted } = world();
    await goLive();
    go({ status: "signed-out", because: "signed-out" });
    expect(isTrusted()).toBe(false);
  });
});
