import { describe, expect, test } from "vitest";
import { createStateGap, type ReadThing } from "../../../lib/telemetry/state-gap.ts";

const ACK_MS = 1_000_000;

/** A screen, a server that answers when told, and a clock that only moves when told. */
function world(screen: ReadThing[]) {
  const reads: string[][] = [];
  const due: (() => void)[] = [];
  let answer: () => Promise<void> = () => Promise.resolve();
  const gap = createStateGap({
    watched: () => screen,
    read: async (names) => {
      reads.push(names);
      await answer();
    },
    later: (task) => {
      due.push(task);
      return () => void due.splice(due.indexOf(task), due.includes(task) ? 1 : 0);
    },
  });
  const held = () => gap.setHeld(new Map([["harbor", ACK_MS]]));
  const settle = async () => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };
  const retry = () => due.splice(0).forEach((task) => task());
  return { gap, reads, held, settle, retry, retries: () => due.length, answerWith: (next: () => Promise<void>) => (answer = next) };
}

const thing = (thingName: string, readAtMs: number, site = "harbor"): ReadThing => ({ thingName, site, readAtMs });

describe("the gap between an answer and its subscription", () => {
  test("a thing read before its SUBACK is read once more, one read after it is not", async () => {
    const { reads, held, settle } = world([thing("before", ACK_MS - 5_000), thing("after", ACK_MS + 5_000)]);
    held();
    await settle();
    expect(reads).toEqual([["before"]]);
  });

  test("nothing is read before the broker has acknowledged, nor for a site it refused", async () => {
    const { gap, reads, held, settle } = world([thing("a", 0), thing("b", 0, "ridge")]);
    gap.onWatched();
    await settle();
    expect(reads).toEqual([]);
    held();
    await settle();
    expect(reads).toEqual([["a"]]);
  });

  test("each thing is read once per connection, however often the screen changes", async () => {
    const screen = [thing("a", 0)];
    const { gap, reads, held, settle } = world(screen);
    held();
    await settle();
    screen.push(thing("b", 0));
    gap.onWatched();
    gap.onWatched();
    await settle();
    held();
    await settle();
    expect(reads).toEqual([["a"], ["b"]]);
  });

  test("after a reconnect everything on screen is read again, whatever was read before", async () => {
    const { gap, reads, held, settle } = world([thing("a", 0)]);
    held();
    await settle();
    gap.onLost();
    held();
    await settle();
    expect(reads).toEqual([["a"], ["a"]]);
  });

  test("after a time in which the tab stood still everything on screen is read again, on the same connection", async () => {
    const { gap, reads, held, settle } = world([thing("a", ACK_MS + 5_000)]);
    held();
    await settle();
    expect(reads).toEqual([]);
    gap.onMissed(ACK_MS + 120_000);
    await settle();
    expect(reads).toEqual([["a"]]);
  });

  test("a read that fails is tried again by itself, and whoever waits is told that it failed", async () => {
    const { gap, reads, held, settle, retry, retries, answerWith } = world([thing("a", 0)]);
    answerWith(() => Promise.reject(new Error("503")));
    held();
    await expect(gap.catchUp()).rejects.toThrow("503");
    await settle();
    expect(retries()).toBe(1);
    answerWith(() => Promise.resolve());
    retry();
    await settle();
    expect(reads).toEqual([["a"], ["a"]]);
    expect(retries()).toBe(0);
  });

  test("an answer that outlives its connection does not count for the next", async () => {
    const { gap, reads, held, settle, answerWith } = world([thing("a", 0)]);
    let release = (): void => undefined;
    answerWith(() => new Promise((resolve) => (release = resolve)));
    held();
    await settle();
    gap.onLost();
    answerWith(() => Promise.resolve());
    held();
    release();
    await settle();
    expect(reads).toEqual([["a"], ["a"]]);
  });

  test("asks for at most 100 names at once", async () => {
    const { reads, held, settle } = world(Array.from({ length: 230 }, (_, i) => thing(`t${i}`, 0)));
    held();
    await settle();
    expect(reads.map(({ length }) => length)).toEqual([100, 100, 30]);
  });
});
