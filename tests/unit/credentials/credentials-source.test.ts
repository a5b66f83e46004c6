import { describe, expect, test } from "vitest";
import { createCredentialsSource } from "../../../lib/credentials/credentials-source.client.ts";
import { createServerClock } from "../../../lib/credentials/server-clock.ts";

/** A source with a clock that only moves when told and a server that answers as told. */
function world(answer: (count: number, nowMs: number, request: { reason?: unknown; tabId?: unknown }) => Response | Error) {
  let nowMs = 1_763_870_000_000;
  let count = 0;
  const read = () => nowMs;
  const source = createCredentialsSource({
    nowMs: read,
    monotonicNowMs: read,
    random: () => 0,
    clock: createServerClock({ wallNowMs: read, monotonicNowMs: read }),
    fetch: (_, init) => {
      count += 1;
      const given = answer(count, nowMs, JSON.parse(init?.body as string) as { reason?: unknown; tabId?: unknown });
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
    },
  });
  return { source, asked: () => count, advance: (byMs: number) => (nowMs += byMs) };
}

function keys(nowMs: number, lifeMs = 3_600_000, name = "ASIA1"): Response {
  return Response.json({
    credentials: { accessKeyId: name, secretAccessKey: "s", sessionToken: "t", expiresAtMs: nowMs + lifeMs },
    identityId: "i",
    clientIdPrefix: "i-",
    region: "eu-west-1",
    mqttUrl: "wss://x/mqtt",
    sites: [],
    telemetryTopic: "dt/{site}/{thing}/telemetry",
    serverTimeMs: nowMs,
  });
}

describe("the browser's credentials", () => {
  test("are fetched once for many who ask at once, and kept", async () => {
    const { source, asked } = world((_, nowMs) => keys(nowMs));
    await Promise.all(Array.from({ length: 20 }, () => source.get()));
    await source.get();
    expect(asked()).toBe(1);
  });

  test("are renewed before they expire", async () => {
    const { source, asked, advance } = world((_, nowMs) => keys(nowMs));
    await source.get();
    advance(50 * 60_000);
    await source.renewIfDue();
    expect(asked()).toBe(1);
    advance(6 * 60_000);
    await source.renewIfDue();
    expect(asked()).toBe(2);
  });

  test.each<[string, (nowMs: number) => Response]>([
    ["expired already", (nowMs) => keys(nowMs, -1)],
    ["without an expiry", () => Response.json({ credentials: {} })],
    ["not JSON", () => new Response("<html>")],
    ["a 503", () => Response.json({ error: { code: "credentials/unavailable", message: "x" } }, { status: 503 })],
  ])("that are %s count as an outage: asked for at most once in 30 s", async (_, bad) => {
    const { source, asked, advance } = world((__, nowMs) => bad(nowMs));
    for (let second = 0; second < 300; second += 1) {
      expect((await source.get()).status).toBe("unavailable");
      advance(1_000);
    }
    expect(asked()).toBeLessThanOrEqual(11);
  });

  test("outlive an outage of the server that hands them out", async () => {
    const { source, advance } = world((count, nowMs) => (count === 1 ? keys(nowMs) : new Response("", { status: 503 })));
    await source.get();
    advance(58 * 60_000);
    expect((await source.get()).status).toBe("ready");
    advance(3 * 60_000);
    expect((await source.get()).status).toBe("unavailable");
  });

  test("tell of an outage while they are still good, and until when", async () => {
    const { source, advance } = world((count, nowMs) => (count === 1 ? keys(nowMs) : new Response("", { status: 503 })));
    await source.get();
    expect(source.latest()?.status).toBe("ready");
    const endAtMs = source.keysEndAtMs() ?? 0;
    advance(56 * 60_000);
    await source.renewIfDue();
    expect(source.latest()?.status).toBe("unavailable");
    expect(source.keysEndAtMs()).toBe(endAtMs);
    expect(endAtMs - source.clock.nowMs()).toBeCloseTo(4 * 60_000, -3);
  });

  test("tell the server the tab's name again when it could not be told", async () => {
    const told: unknown[] = [];
    const { source, advance } = world((count, nowMs, { tabId }) => {
      told.push(tabId);
      return count === 2 ? new Response("", { status: 503 }) : keys(nowMs);
    });
    await source.get();
    await source.introduce("i-1");
    await source.renewIfDue();
    advance(60_000);
    await source.renewIfDue();
    await source.renewIfDue();
    expect(told).toEqual([undefined, "i-1", "i-1"]);
    expect(source.latest()?.status).toBe("ready");
  });

  test("never reject, whatever fetch does", async () => {
    const { source } = world(() => new TypeError("Failed to fetch"));
    expect(await source.get()).toMatchObject({ status: "unavailable", code: "service/unreachable" });
  });

  test("wait as long as a 429 says", async () => {
    const { source, asked, advance } = world(() => new Response("{}", { status: 429, headers: { "retry-after": "20" } }));
    await source.get();
    advance(19_000);
    await source.get();
    expect(asked()).toBe(1);
    advance(2_000);
    await source.get();
    expect(asked()).toBe(2);
  });

  test("that were refused are not offered again after the server asked to wait: it is asked for others, still as refused", async () => {
    const reasons: unknown[] = [];
    const { source, advance } = world((count, nowMs, request) => {
      reasons.push(request.reason);
      if (count === 2) return Response.json({ code: "credentials/setting-up", retryAfterMs: 2_000 }, { status: 202 });
      return keys(nowMs, 3_600_000, `ASIA${count}`);
    });
    await source.get();
    expect((await source.renewAfterRefusal()).status).toBe("setting-up");
    expect((await source.get()).status).toBe("setting-up");
    advance(3_000);
    expect(await source.get()).toMatchObject({ status: "ready", access: { keys: { accessKeyId: "ASIA3" } } });
    expect(reasons).toEqual(["start", "refused", "refused"]);
  });

  test("are gone after a wipe, even when an answer was on its way", async () => {
    const { source } = world((_, nowMs) => keys(nowMs));
    const pending = source.get();
    source.wipe();
    expect((await pending).status).toBe("signed-out");
    expect((await source.get()).status).toBe("signed-out");
  });
});
