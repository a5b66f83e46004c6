import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { SESSION_COOKIE } from "../../../lib/platform/cookies.ts";
import { hashSessionId } from "../../../lib/session/session-id.ts";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { startRoundRobin, type RoundRobin } from "../../support/round-robin.ts";
import { connectTinyDynamo, startTinyAws, TABLES, type TinyAws } from "../../support/tiny-aws.ts";
import { startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

const SEED = 20261123;
const KILLS = 10;
const PEOPLE = 6;

/** Mulberry32: the same kills in the same order every time. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface StoredRow {
  pk: string;
  sub?: string;
  lease?: string;
  isClaimed?: boolean;
  hashes?: Set<string>;
}

describe.skipIf(!hasBuild)("two servers behind one address, killed and restarted at random (needs a build)", () => {
  const random = seededRandom(SEED);
  let oidc: TinyOidcProvider;
  let aws: TinyAws;
  let front: RoundRobin;
  let origin: string;
  let settings: Record<string, string>;
  let ports: number[];
  const apps: (RunningApp | undefined)[] = [];
  let killCount = 0;
  let isOver = false;
  const client = (): WebClient => createWebClient(origin.replace("localhost", "127.0.0.1"), origin);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  beforeAll(async () => {
    [oidc, aws] = await Promise.all([startTinyOidcProvider(), startTinyAws()]);
    Object.assign(oidc.knobs, { isRotating: true, rotationGraceMs: 60_000, tokenLifetimeS: 3, refreshDelayMs: 120 });
    const port = await freePort();
    origin = `http://localhost:${port}`;
    settings = await tinySettings(origin, { oidc, aws });
    ports = [await freePort(), await freePort()];
    apps.push(...(await Promise.all(ports.map((each) => startApp(each, settings)))));
    front = await startRoundRobin(
      port,
      ports.map((each) => `http://127.0.0.1:${each}`),
    );
  });
  afterAll(async () => {
    await Promise.allSettled([...apps.map((app) => app?.kill("SIGKILL")), front.close()]);
    await Promise.allSettled([oidc.close(), aws.close()]);
  });

  /** Kills servers in a fixed order at fixed distances; each comes back by itself. */
  async function killServers(): Promise<void> {
    const restarts: Promise<void>[] = [];
    while (killCount < KILLS) {
      await pause(200 + random() * 900);
      const index = random() < 0.5 ? 0 : 1;
      const app = apps[index];
      if (!app) continue;
      apps[index] = undefined;
      killCount += 1;
      await app.kill("SIGKILL");
      restarts.push(startApp(ports[index] ?? 0, settings).then((next) => void (apps[index] = next)));
    }
    isOver = true;
    await Promise.all(restarts);
  }

  /** Every answer that a signed-in browser got; 0 is none. */
  const seen = new Map<string, number>();
  const note = (what: string) => void seen.set(what, (seen.get(what) ?? 0) + 1);

  async function useSession(browser: WebClient): Promise<void> {
    while (!isOver) {
      const ask = random() < 0.5 ? () => browser.request("/api/sessions") : () => browser.post("/api/credentials");
      const response = await ask().catch(() => undefined);
      note(`use ${response?.status ?? "cut"}`);
      await response?.arrayBuffer().catch(() => undefined);
      await pause(50 + random() * 250);
    }
  }

  /** As a person does it: when the server goes away, or says that the sign-in was interrupted, start again. */
  async function signInUntilDone(): Promise<WebClient> {
    for (let tries = 1; tries < 200; tries += 1) {
      const browser = client();
      const back = await browser.signIn("/devices").catch(() => undefined);
      if (browser.cookies.has(SESSION_COOKIE)) return browser;
      note(`sign-in ${back?.headers.get("location") ?? back?.status ?? "cut"}`);
      await pause(200);
    }
    throw new Error("nobody could sign in");
  }

  async function signInAgainAndAgain(): Promise<WebClient[]> {
    const browsers: WebClient[] = [];
    while (!isOver) {
      oidc.knobs.user = { sub: crypto.randomUUID(), groups: ["operators", "site-harbor"] };
      browsers.push(await signInUntilDone());
      await pause(100 + random() * 300);
    }
    return browsers;
  }

  async function storedRows(): Promise<StoredRow[]> {
    const db = connectTinyDynamo(aws);
    const { Items } = await db.send(new ScanCommand({ TableName: TABLES.sessions }));
    db.destroy();
    return Items as StoredRow[];
  }

  test("nobody is signed out, no token is refreshed twice but for a kill, and nothing half-done is left", async () => {
    const people: WebClient[] = [];
    for (let index = 0; index < PEOPLE; index += 1) {
      oidc.knobs.user = { sub: crypto.randomUUID(), groups: ["operators", "site-harbor"] };
      people.push(await signInUntilDone());
    }
    const [, newcomers] = await Promise.all([
      killServers(),
      signInAgainAndAgain(),
      ...people.flatMap((browser) => [useSession(browser), useSession(browser)]),
    ]);
    expect(
      [...seen.keys()].filter((what) => /^use (?:401|403|404|500)/.test(what)),
      JSON.stringify([...seen]),
    ).toEqual([]);
    expect(
      [...seen.keys()].filter((what) => what.startsWith("sign-in") && !/interrupted|unavailable|502|cut|^sign-in \/?$/.test(what)),
    ).toEqual([]);

    const everybody = [...people, ...newcomers];
    const after = await Promise.all(everybody.map(async (browser) => (await browser.post("/api/credentials")).status));
    expect(after).toEqual(everybody.map(() => 200));
    const repeated = [...oidc.refreshUses.values()].reduce((sum, uses) => sum + uses - 1, 0);
    expect(repeated, "refresh tokens presented again").toBeLessThanOrEqual(killCount);
    expect(Math.max(...oidc.refreshUses.values())).toBeLessThanOrEqual(3);

    const held = new Map(everybody.map((browser) => [hashSessionId(browser.cookies.get(SESSION_COOKIE) ?? "") ?? "", browser]));
    const rows = await storedRows();
    const sessions = rows.filter(({ pk }) => pk.startsWith("session#"));
    for (const { pk, isClaimed } of sessions)
      expect(isClaimed, "only a sign-in whose answer was lost is unclaimed").toBe(held.has(pk.slice(8)));
    expect(sessions.filter(({ isClaimed }) => isClaimed)).toHaveLength(held.size);
    const listed = rows.flatMap(({ hashes }) => [...(hashes ?? [])]);
    for (const hash of held.keys()) expect(listed).toContain(hash);
    expect(apps.map((app) => app?.output() ?? "").join("")).not.toMatch(/"level":50/);
  });
});
