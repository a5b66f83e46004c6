import { describe, expect, test } from "vitest";
import { createFrameClock } from "../../../lib/telemetry/frame-clock.ts";

/** When, within the frame that begins at 0, batches are handed over by a page that takes each at once. */
function handOvers(frameMs: number): number[] {
  const clock = createFrameClock();
  for (let frame = -200; frame <= 0; frame += 1) clock.onFrame(1_000_000 + frame * frameMs);
  const times: number[] = [];
  for (let atMs = 0.3; atMs < frameMs;) {
    atMs += clock.nextBatchInMs(1_000_000 + atMs);
    if (atMs < frameMs) times.push(Math.round((frameMs - atMs) * 10) / 10);
  }
  return times;
}

describe("batches for a frame", () => {
  test("come in its second half, the last one just before it begins", () => {
    expect(handOvers(1000 / 60)).toEqual([8, 5.5, 3, 1]);
  });

  test("are fewer on a screen with shorter frames", () => {
    expect(handOvers(1000 / 120)).toEqual([3, 1]);
  });

  test("keep their place when a frame is dropped or the page was idle", () => {
    const clock = createFrameClock();
    for (const atMs of [1_000, 1_016.7, 1_033.3, 9_033.3]) clock.onFrame(atMs);
    expect(clock.nextBatchInMs(9_033.4)).toBeCloseTo(1000 / 60 - 8, 0);
    expect(clock.nextBatchInMs(9_033.3 + 100 / 6 + 0.1)).toBeCloseTo(1000 / 60 - 8, 0);
  });

  test("are wanted within two frames before anything is known", () => {
    const inMs = createFrameClock().nextBatchInMs(123_456);
    expect(inMs).toBeGreaterThanOrEqual(0);
    expect(inMs).toBeLessThan(34);
  });
});
