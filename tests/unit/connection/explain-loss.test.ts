import { expect, test } from "vitest";
import type { ConnectionLoss } from "../../../lib/connection/connection-state.ts";
import { createExplainLoss } from "../../../lib/connection/explain-loss.client.ts";

const HANDSHAKE: ConnectionLoss = { cause: "network", sentence: "The broker did not answer.", isGuess: true };

/** A page whose server finds `finding` at the broker's address. */
function page(finding: () => unknown) {
  let nowMs = 0;
  const asked: string[] = [];
  const told: ConnectionLoss[] = [];
  const explain = createExplainLoss({
    viewerSub: "me",
    fetch: (url) => {
      asked.push(url as string);
      return Promise.resolve(Response.json({ finding: finding() }));
    },
    monotonicNowMs: () => nowMs,
  });
  return {
    asked,
    told,
    wait: (ms: number) => (nowMs += ms),
    /** What is said at this attempt, and again at the next, when the server's answer is here. */
    lose: async (attempt: number, loss = HANDSHAKE) => {
      const tell = (better: ConnectionLoss) => told.push(better);
      explain(loss, attempt, tell);
      await new Promise(setImmediate);
      return explain(loss, attempt + 1, tell);
    },
  };
}

test.each([
  ["name", /name does not resolve/],
  ["unreachable", /address answers nobody/],
  ["certificate-expired", /certificate has expired/],
  ["certificate-host", /certificate is for another host/],
  ["certificate-untrusted", /certificate is signed by nobody/],
])("what the server finds at the broker (%s) takes the place of a guess, with what to do", async (finding, words) => {
  const { lose } = page(() => finding);
  expect(await lose(2)).toMatchObject({
    isGuess: false,
    sentence: expect.stringMatching(words) as string,
    fix: expect.any(String) as string,
  });
});

test("the server's word is told as soon as it is here; a name or a certificate that is wrong is a cause of its own", async () => {
  for (const [finding, cause] of [
    ["name", "broker-address"],
    ["certificate-expired", "broker-address"],
    ["certificate-host", "broker-address"],
    ["certificate-untrusted", "broker-address"],
    ["unreachable", "network"],
    ["cut", "network"],
  ] as const) {
    const { told, lose } = page(() => finding);
    const next = await lose(2);
    expect(told, finding).toEqual([next]);
    expect(next).toMatchObject({ cause, isGuess: false });
  }
});

test("a broker that answers the server leaves the guess a guess, and says where to look", async () => {
  const { lose } = page(() => "answers");
  expect(await lose(2)).toMatchObject({ isGuess: true, sentence: expect.stringMatching(/between this computer and the broker/) as string });
});

test("the server is not asked about a first failure, about what is known, nor more often than every half minute", async () => {
  const { asked, lose, wait } = page(() => "name");
  await lose(0);
  await lose(5, { cause: "server-restarting", sentence: "The broker is restarting.", isGuess: false });
  expect(asked).toEqual([]);
  for (let attempt = 2; attempt < 12; attempt += 1) {
    await lose(attempt);
    wait(5_000);
  }
  expect(asked).toEqual(["/api/connection", "/api/connection"]);
});

test("an answer that is none of ours, or an old one, changes nothing", async () => {
  expect(await page(() => "<b>evil</b>").lose(2)).toBe(HANDSHAKE);
  const { lose, wait } = page(() => "name");
  await lose(2);
  wait(70_000);
  expect(await lose(0)).toBe(HANDSHAKE);
});
