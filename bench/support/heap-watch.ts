import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { median } from "../statistics.ts";
import type { Page, Session } from "./cdp.ts";

/** Bytes in use after a forced collection, so long after the first reading. */
export interface HeapReading {
  readonly atMs: number;
  readonly bytes: number;
}

const heapUsage = z.looseObject({ usedSize: z.number(), backingStorageSize: z.number().optional() });
const started = z.looseObject({ sessionId: z.string(), targetInfo: z.looseObject({ type: z.string() }) });
const ended = z.looseObject({ sessionId: z.string() });

/** Attaches to each worker that the page starts from now on; the answer names those that run. */
export async function followWorkers(page: Page): Promise<() => Session[]> {
  const workers = new Map<string, Session>();
  page.on("Target.attachedToTarget", (params) => {
    const { sessionId, targetInfo } = started.parse(params);
    if (targetInfo.type === "worker") workers.set(sessionId, page.session(sessionId));
  });
  page.on("Target.detachedFromTarget", (params) => workers.delete(ended.parse(params).sessionId));
  await page.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  return () => [...workers.values()];
}

/** Script heap and array buffers of all the sessions together, read every `everyMs` for `watchMs`. */
export async function watchHeap(
  sessions: () => readonly Session[],
  { watchMs, everyMs }: { readonly watchMs: number; readonly everyMs: number },
): Promise<HeapReading[]> {
  const readings: HeapReading[] = [];
  const startedMs = performance.now();
  while (performance.now() - startedMs < watchMs) {
    readings.push({ atMs: performance.now() - startedMs, bytes: await heapBytes(sessions()) });
    await pause(everyMs);
  }
  return readings;
}

async function heapBytes(sessions: readonly Session[]): Promise<number> {
  let total = 0;
  for (const session of sessions) {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize = 0 } = heapUsage.parse(await session.send("Runtime.getHeapUsage"));
    total += usedSize + backingStorageSize;
  }
  return total;
}

/**
 * What the slope of the readings makes of the first one over the whole time, percent. The slope is the median of those between any two readings
 * (Theil and Sen): a batch that is on its way while one is taken weighs 2 MB and says nothing about growth.
 */
export function growthPercent(readings: readonly HeapReading[]): number {
  const slopes = readings.flatMap((one, at) => readings.slice(at + 1).map((other) => (other.bytes - one.bytes) / (other.atMs - one.atMs)));
  const spanMs = (readings.at(-1)?.atMs ?? 0) - (readings[0]?.atMs ?? 0);
  return Math.max(0, (median(slopes) * spanMs * 100) / median(readings.map(({ bytes }) => bytes)));
}
