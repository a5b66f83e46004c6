import { describe, expect, test } from "vitest";
import type { ConnectionState } from "../../../lib/connection/connection-state.ts";
import { doctorSteps, keysOutlook } from "../../../lib/connection/doctor.ts";
import type { ConnectionFacts } from "../../../lib/connection/fleet-connection.ts";
import type { FleetAccess } from "../../../lib/credentials/fleet-access.ts";

const NOW_MS = 1_763_870_000_000;
const LIVE: ConnectionState = { status: "live", sinceMs: NOW_MS, latencyMs: 42 };
const access: FleetAccess = {
  keys: { accessKeyId: "ASIAX", secretAccessKey: "hidden-secret", sessionToken: "hidden-token", expiresAtMs: NOW_MS + 3_600_000 },
  identityId: "eu-west-1:me",
  clientIdPrefix: "eu-west-1:me-",
  region: "eu-west-1",
  mqttUrl: "wss://broker.example/mqtt",
  sites: [{ id: "harbor", label: "Harbor" }],
  telemetryTopic: "dt/{site}/{thing}/telemetry",
  serverTimeMs: NOW_MS,
};

const healthy: ConnectionFacts = {
  state: LIVE,
  outcome: { status: "ready", access },
  keysEndAtMs: access.keys.expiresAtMs,
  access,
  clientId: "eu-west-1:me-1",
  refusedFilters: new Map(),
  isSubscribed: true,
  unansweredCount: 0,
  plan: { filters: ["st/harbor/+/shadow"], left: [] },
  heldSinceMs: () => NOW_MS,
  lastHeardMs: NOW_MS,
};
const steps = (facts: Partial<ConnectionFacts>) => doctorSteps({ ...healthy, ...facts }, NOW_MS);
const failing = (facts: Partial<ConnectionFacts>) => steps(facts).filter(({ outcome }) => outcome === "failed");

describe("the connection doctor", () => {
  test("finds nothing wrong with a healthy connection, and shows no key", () => {
    expect(steps({}).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 7 }, () => "ok"));
    expect(JSON.stringify(steps({}))).not.toMatch(/hidden|ASIAX/);
  });

  test.each<[string, Partial<ConnectionFacts>, string, { action: string; resource: string } | null]>([
    [
      "a sign-out",
      { state: { status: "signed-out", because: "expired" }, outcome: { status: "signed-out" }, access: null },
      "sign-in",
      null,
    ],
    [
      "an identity without a role",
      {
        outcome: { status: "refused", code: "credentials/refused", sentence: "No role." },
        access: null,
        state: { status: "refused", action: "credentials", resource: "credentials/refused", sentence: "No role.", sinceMs: 0 },
      },
      "identity",
      null,
    ],
    [
      "a server that hands out no keys",
      { outcome: { status: "unavailable", retryAtMs: 0, code: "credentials/unavailable", sentence: "Busy." } },
      "keys",
      null,
    ],
    [
      "a refused connection",
      { state: { status: "refused", action: "iot:Connect", resource: "client/eu-west-1:me-1", sinceMs: 0 } },
      "connect",
      { action: "iot:Connect", resource: "client/eu-west-1:me-1" },
    ],
    [
      "a refused subscription",
      { refusedFilters: new Map([["dt/harbor/+/telemetry", 0x87]]) },
      "subscribe",
      { action: "iot:Subscribe", resource: "topicfilter/dt/harbor/+/telemetry" },
    ],
    ["a broker that leaves a subscription without an answer", { isSubscribed: false, unansweredCount: 1 }, "subscribe", null],
    ["a screen over the budget", { plan: { filters: [], left: ["a", "b"] } }, "values", null],
  ])("names the step, the denied action and a fix for %s", (_, facts, id, denied) => {
    const [first] = failing(facts);
    expect(first).toMatchObject({ id, denied });
    expect(first?.fix).toBeTruthy();
  });

  test("names what a browser cannot once connecting keeps failing, and not before", () => {
    const reason = { cause: "network", sentence: "The broker did not answer, or refused this page's keys.", isGuess: true } as const;
    const lost = { status: "reconnecting", wasLive: false, attempt: 1, retryAtMs: 0, sinceMs: 0, reason } as const;
    const fixOf = (state: ConnectionState) => failing({ state })[0]?.fix ?? "";
    expect(fixOf(lost)).not.toContain("broker.example");
    expect(fixOf({ ...lost, attempt: 3 })).toMatch(/broker\.example resolves.*certificate/);
    expect(fixOf({ ...lost, attempt: 3, reason: { ...reason, isGuess: false } })).not.toContain("broker.example");
    expect(fixOf({ ...lost, attempt: 2, reason: { ...reason, fix: "Ask an administrator." } })).toMatch(/Ask an administrator\.$/);
  });

  test("blames only the first step that failed: what waits for it is waiting, not failed", () => {
    const outcome = { status: "signed-out" } as const;
    const state = { status: "signed-out", because: "expired" } as const;
    expect(steps({ outcome, state, access: null, isSubscribed: false }).map((step) => step.outcome)).toEqual([
      "failed",
      ...Array.from({ length: 6 }, () => "waiting"),
    ]);
  });

  test("asks the link when nothing arrived for a while, without calling it broken", () => {
    expect(steps({ lastHeardMs: NOW_MS - 60_000 }).at(-1)).toMatchObject({ id: "values", outcome: "running" });
  });

  test("says while values still come that their keys could not be renewed, and when they end", () => {
    const busy = { status: "unavailable", retryAtMs: 0, code: "credentials/unavailable", sentence: "Busy." } as const;
    expect(keysOutlook(healthy)).toBeNull();
    expect(keysOutlook({ ...healthy, outcome: busy })).toEqual({ endAtMs: NOW_MS + 3_600_000, sentence: "Busy." });
    expect(keysOutlook({ ...healthy, outcome: busy, state: { status: "connecting", sinceMs: NOW_MS } })).toBeNull();
    const [step] = failing({ outcome: busy, keysEndAtMs: Date.UTC(2026, 10, 23, 14, 20) });
    expect(step?.detail).toBe("Busy. The keys at hand end at 14:20 UTC.");
  });
});
