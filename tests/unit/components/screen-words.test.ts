import { describe, expect, it } from "vitest";
import { retryDelayMs } from "../../../lib/session/site-api.client.ts";
import { clockSentence, statusSentence } from "../../../components/fleet/status-sentence.ts";
import { windowOf } from "../../../components/fleet/use-virtual-rows.ts";
import { parseMoment } from "../../../components/palette/parse-moment.ts";
import { connectionWords, lossSentence } from "../../../components/shell/connection-words.ts";
import { dropLines, missingCount } from "../../../components/shell/drop-lines.ts";
import { formatPreferences, parsePreferences } from "../../../components/shell/preferences.ts";
import { createToastStore } from "../../../components/ui/toast-store.ts";
import { wallSlides } from "../../../components/wall/wall-slides.ts";
import { NO_DROPS } from "../../../lib/connection/connection-state.ts";
import { AppError } from "../../../lib/platform/app-error.ts";
import type { ThingLive } from "../../../lib/telemetry/thing-live.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 14, 30);

const live = (change: Partial<ThingLive>): ThingLive => ({
  liveness: "live",
  lastHeardMs: NOW_MS - 3_000,
  connectedSinceMs: NOW_MS - 4 * 3_600_000,
  offlineSinceMs: null,
  offlineReason: null,
  clockSkewMs: null,
  isClockUnreadable: false,
  isStreaming: true,
  version: 1,
  desired: {},
  reported: {},
  metadata: {},
  clientToken: null,
  ...change,
});

describe("a thing's status sentence", () => {
  it("says state, last heard and how long connected", () => {
    expect(statusSentence(live({}), 1000, NOW_MS)).toBe("Live, last heard 3 s ago, connected 4 h");
  });

  it("says when a quiet thing was expected", () => {
    expect(statusSentence(live({ liveness: "quiet" }), 5000, NOW_MS)).toContain("expected every 5 s");
  });

  it("says since when and why a thing is offline, and nothing of being connected", () => {
    const offline = live({ liveness: "offline", offlineSinceMs: NOW_MS - 7_200_000, offlineReason: "MQTT_KEEP_ALIVE_TIMEOUT" });
    expect(statusSentence(offline, 1000, NOW_MS)).toBe("Offline for 2 h: it stopped answering, last heard 3 s ago");
  });
});

describe("a thing's clock", () => {
  it("is not spoken of while it is right", () => {
    expect(clockSentence(live({}))).toBeNull();
    expect(clockSentence(live({ clockSkewMs: -299_000 }))).toBeNull();
  });

  it("is said to be ahead or behind, by how much, or to send no times at all", () => {
    expect(clockSentence(live({ clockSkewMs: 3_600_000 }))).toContain("1 h ahead of");
    expect(clockSentence(live({ clockSkewMs: -172_800_000 }))).toContain("2 d behind");
    expect(clockSentence(live({ isClockUnreadable: true }))).toContain("cannot be trusted");
  });
});

describe("the connection chip", () => {
  it("names latency, the next attempt and refusals", () => {
    expect(connectionWords({ status: "live", sinceMs: 0, latencyMs: 41.6 }, NOW_MS).chip).toBe("Live 42 ms");
    const reason = { cause: "network", sentence: "You are offline.", isGuess: true } as const;
    const reconnecting = { status: "reconnecting", wasLive: true, attempt: 2, retryAtMs: NOW_MS + 3_000, sinceMs: 0, reason } as const;
    expect(connectionWords(reconnecting, NOW_MS)).toMatchObject({ chip: "Reconnecting in 3 s", chipShort: "Retry in 3 s" });
    expect(lossSentence(reconnecting, NOW_MS)).toBe("You are offline. Reconnecting in 3 s, attempt 2.");
    expect(connectionWords({ ...reconnecting, wasLive: false }, NOW_MS)).toMatchObject({
      chip: "Connecting in 3 s",
      spoken: "Not connected yet, trying again",
    });
    expect(lossSentence({ status: "setting-up", retryAtMs: NOW_MS }, NOW_MS)).toContain("being set up");
    expect(connectionWords({ status: "refused", action: "iot:Connect", resource: "r", sinceMs: 0 }, NOW_MS).spoken).toContain(
      "iot:Connect",
    );
  });
});

describe("going to a time", () => {
  const at = (text: string) => parseMoment(text, NOW_MS, true);

  it("takes a time of day as the last one that was", () => {
    expect(at("14:02")).toBe(Date.UTC(2026, 10, 23, 14, 2));
    expect(at("23:10:05")).toBe(Date.UTC(2026, 10, 22, 23, 10, 5));
  });

  it("takes yesterday, a date, and a length of time ago", () => {
    expect(at("yesterday 08:15")).toBe(Date.UTC(2026, 10, 22, 8, 15));
    expect(at("2026-11-01 00:00")).toBe(Date.UTC(2026, 10, 1));
    expect(at("20 min ago")).toBe(NOW_MS - 1_200_000);
  });

  it.each(["", "pump", "25:00", "2026-13-01 10:00", "today 23:59", "2027-01-01 00:00", "99999 d ago"])("does not take %j", (text) => {
    expect(at(text)).toBeNull();
  });
});

describe("what did not reach the screen", () => {
  it("is told by its reason, a stream that was full among them, and nothing while nothing is missing", () => {
    expect(dropLines(NO_DROPS)).toEqual([]);
    const lines = dropLines({ ...NO_DROPS, shed: 3, fullSeconds: 12, duplicate: 1 });
    expect(lines.map(({ label, count }) => [label, count])).toEqual([
      ["Shed", 3],
      ["Stream full", 12],
      ["Duplicates", 1],
    ]);
    expect(missingCount({ ...NO_DROPS, shed: 3, fullSeconds: 12, duplicate: 1 })).toBe(3);
  });
});

describe("the rows in sight", () => {
  it("cover the window with a margin and never leave the list", () => {
    expect(windowOf(0, 600, 40, 10_000)).toEqual({ start: 0, end: 20 });
    const middle = windowOf(200_000, 600, 40, 10_000);
    expect(middle.start).toBeLessThanOrEqual(5_000 - 4);
    expect(middle.end).toBeGreaterThanOrEqual(5_015);
    expect(windowOf(1e9, 600, 40, 12)).toEqual({ start: 12, end: 12 });
  });
});

describe("asking again after a failure", () => {
  it("waits longer each time, at most half a minute, and for ever", () => {
    const delays = [0, 3, 50].map((retryCount) => retryDelayMs(new AppError("service/unavailable"), retryCount) ?? 0);
    expect(delays[0]).toBeLessThan(1_300);
    expect(delays[2]).toBeLessThanOrEqual(37_500);
  });

  it("does not repeat what cannot succeed", () => {
    expect(retryDelayMs(new AppError("thing/not-found"), 0)).toBeNull();
  });
});

describe("preferences in the cookie", () => {
  it("go there and back", () => {
    const chosen = { theme: "dark", density: "compact", clock: "utc" } as const;
    expect(parsePreferences(formatPreferences(chosen))).toEqual(chosen);
  });

  it.each([undefined, "", "x.y.z", '"><script>', "dark"])("fall back where %j is unknown", (cookie) => {
    const { density, clock } = parsePreferences(cookie);
    expect([density, clock]).toEqual(["comfortable", "local"]);
  });
});

describe("notices", () => {
  it("keep the newest four", () => {
    const store = createToastStore();
    for (const title of ["a", "b", "c", "d", "e"]) store.show({ title });
    expect(store.get().map(({ title }) => title)).toEqual(["b", "c", "d", "e"]);
  });
});

describe("the wall's round", () => {
  it("begins with the summary and comes back to it within twenty-one slides, however large the fleet", () => {
    expect(wallSlides(0)).toEqual([{ kind: "summary" }]);
    expect(wallSlides(13)).toHaveLength(3);
    expect(wallSlides(10_000)).toHaveLength(21);
  });
});
