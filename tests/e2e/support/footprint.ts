import type { CDPSession, Page } from "@playwright/test";
import { readdirSync } from "node:fs";
import { z } from "zod";

/** What a page holds on to, after forced collections. */
export interface Footprint {
  /** Script objects of every kind. Not bytes: a page goes on getting its code compiled better, and a network panel its log, for as long as it is used. */
  readonly objects: number;
  readonly workerHeapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly workers: number;
}

const attached = z.looseObject({ sessionId: z.string(), targetInfo: z.looseObject({ type: z.string() }) });
const detached = z.looseObject({ sessionId: z.string() });
const received = z.looseObject({ sessionId: z.string(), message: z.string() });
const answer = z.looseObject({ id: z.number(), result: z.looseObject({ usedSize: z.number().optional() }) });

/** Asks one worker; its protocol travels inside the page's. */
function askWorker(session: CDPSession, sessionId: string, method: string): Promise<number> {
  const id = ++lastId;
  return new Promise((resolve) => {
    const hear = (event: unknown): void => {
      const { sessionId: from, message } = received.parse(event);
      const parsed = answer.safeParse(JSON.parse(message));
      if (from !== sessionId || !parsed.success || parsed.data.id !== id) return;
      session.off("Target.receivedMessageFromTarget", hear);
      resolve(parsed.data.result.usedSize ?? 0);
    };
    session.on("Target.receivedMessageFromTarget", hear);
    void session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) });
  });
}
let lastId = 0;

/** Follows a page from now on; each call of the answer collects what is garbage and reads what is left. */
export async function watchFootprint(page: Page): Promise<() => Promise<Footprint>> {
  const session = await page.context().newCDPSession(page);
  const workers = new Set<string>();
  session.on("Target.attachedToTarget", (event) => {
    const { sessionId, targetInfo } = attached.parse(event);
    if (targetInfo.type === "worker") workers.add(sessionId);
  });
  session.on("Target.detachedFromTarget", (event) => workers.delete(detached.parse(event).sessionId));
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return async () => {
    let workerHeapBytes = 0;
    for (const worker of workers) {
      await askWorker(session, worker, "HeapProfiler.collectGarbage");
      workerHeapBytes += await askWorker(session, worker, "Runtime.getHeapUsage");
    }
    // What the first collection finalises, the second one frees.
    await session.send("HeapProfiler.collectGarbage");
    await session.send("HeapProfiler.collectGarbage");
    const { nodes, jsEventListeners: listeners } = await session.send("Memory.getDOMCounters");
    return { objects: await countObjects(session), workerHeapBytes, nodes, listeners, workers: workers.size };
  };
}

async function countObjects(session: CDPSession): Promise<number> {
  const objectGroup = "footprint";
  const { result: root } = await session.send("Runtime.evaluate", { expression: "Object.prototype", objectGroup });
  const { objects } = await session.send("Runtime.queryObjects", { prototypeObjectId: root.objectId ?? "", objectGroup });
  const { result: count } = await session.send("Runtime.callFunctionOn", {
    objectId: objects.objectId ?? "",
    functionDeclaration: "function () { return this.length; }",
    returnByValue: true,
  });
  await session.send("Runtime.releaseObjectGroup", { objectGroup });
  return z.number().parse(count.value);
}

/** Files and sockets that a process of this machine holds open. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
