import { expect, test } from "vitest";
import { joinReads } from "../../../../lib/platform/joined-read.ts";

/** Reads that end when the test says so, and answer with their number. */
function startReads() {
  const ends: (() => void)[] = [];
  const join = joinReads(async (key: string) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const number = ends.push(() => resolve(undefined));
    await promise;
    return `${key} ${number}`;
  });
  return { ends, join };
}

test("fifty callers of a moment make two reads: the one that ran, and one for all who came while it did", async () => {
  const { ends, join } = startReads();
  const first = join("a");
  const others = Array.from({ length: 49 }, () => join("a"));
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect(await first).toBe("a 1");
  await expect.poll(() => ends.length).toBe(2);
  ends[1]?.();
  expect(new Set(await Promise.all(others))).toEqual(new Set(["a 2"]));
});

test("nobody gets an answer that was on its way before the question", async () => {
  const { ends, join } = startReads();
  const before = join("a");
  const after = join("a");
  ends[0]?.();
  await before;
  await expect.poll(() => ends.length).toBe(2);
  const later = join("a");
  ends[1]?.();
  expect(await after).toBe("a 2");
  await expect.poll(() => ends.length).toBe(3);
  ends[2]?.();
  expect(await later).toBe("a 3");
});

test("a read that fails fails for those who shared it only", async () => {
  let isDown = true;
  const join = joinReads((key: string) => (isDown ? Promise.reject(new Error("down")) : Promise.resolve(key)));
  const [first, second] = [join("a"), join("a")];
  await expect(first).rejects.toThrow("down");
  await expect(second).rejects.toThrow("down");
  isDown = false;
  expect(await join("a")).toBe("a");
});
