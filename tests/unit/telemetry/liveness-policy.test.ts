import { describe, expect, test } from "vitest";
import { evaluateLiveness, type LivenessFacts } from "../../../lib/telemetry/liveness-policy.ts";

const NOW = 1_000_000;
const facts: LivenessFacts = {
  isLinkTrusted: true,
  hasAlarm: false,
  connectivity: { isConnected: true, atMs: 0, reason: null },
  lastHeardMs: NOW - 500,
  hasReported: true,
  intervalMs: 1_000,
  streamingSinceMs: 0,
};
const down = { isConnected: false, atMs: NOW - 60_000, reason: "CONNECTION_LOST" };

describe("the one word for a thing", () => {
  test.each<[string, Partial<LivenessFacts>, string]>([
    ["heard in time", {}, "live"],
    ["connected but late", { lastHeardMs: NOW - 2_000 }, "quiet"],
    ["late before twice its interval has passed", { lastHeardMs: NOW - 1_800 }, "quiet"],
    ["silent for long, presence unknown", { connectivity: null, lastHeardMs: NOW - 60_000 }, "stale"],
    ["disconnected", { connectivity: down, lastHeardMs: NOW - 61_000 }, "offline"],
    ["heard after its disconnect event", { connectivity: down }, "live"],
    ["registered and never connected, presence unknown", { connectivity: null, lastHeardMs: null, hasReported: false }, "never-seen"],
    [
      "registered and never connected, as the index says it",
      { connectivity: { ...down, atMs: null }, lastHeardMs: null, hasReported: false },
      "never-seen",
    ],
    ["in alarm", { hasAlarm: true }, "alarm"],
    ["in alarm, but my own link is down", { hasAlarm: true, isLinkTrusted: false }, "unknown"],
    ["connected, left out by the budget: silence means nothing", { lastHeardMs: null, streamingSinceMs: null }, "live"],
    ["subscribed a moment ago", { lastHeardMs: null, streamingSinceMs: NOW - 500 }, "live"],
  ])("%s", (_, change, word) => {
    expect(evaluateLiveness({ ...facts, ...change }, NOW)).toBe(word);
  });
});
