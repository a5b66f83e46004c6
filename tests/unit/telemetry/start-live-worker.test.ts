import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LIVE_START } from "../../../lib/telemetry/live-start.ts";
import { startedFor, startLiveWorker } from "../../../lib/telemetry/start-live-worker.client.ts";
import type { FromWorker, StateNews, ToWorker } from "../../../lib/telemetry/worker-protocol.ts";

class ScriptedWorker {
  static made: ScriptedWorker[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly heard: { type: string }[] = [];
  isEnded = false;

  constructor() {
    ScriptedWorker.made.push(this);
  }
  postMessage(message: { type: string }) {
    this.heard.push(message);
  }
  terminate() {
    this.isEnded = true;
  }
}

const interest: ToWorker = { type: "interest", interest: { things: [], siteLoads: [] }, rawThings: ["pump-1"] };
const asleep = { type: "asleep", fromMs: 1, toMs: 2 } as const;
const said: FromWorker[] = [];
const start = () => startLiveWorker("ana", (message) => said.push(message));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("LIVE_WORKER_URL", "/live/worker.js");
  vi.stubGlobal("Worker", ScriptedWorker);
  ScriptedWorker.made = [];
  said.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a page takes the worker its first script has started for this person, once", () => {
  const worker = new ScriptedWorker();
  vi.stubGlobal(LIVE_START, { viewerSub: "ana", worker });
  expect(startedFor()).toBe("ana");
  start();
  expect(startedFor()).toBeUndefined();
  expect(ScriptedWorker.made).toEqual([worker]);
  worker.onmessage?.({ data: asleep });
  expect(said).toEqual([asleep]);
});

test.each([
  ["serves somebody else", { viewerSub: "bob" }],
  ["could not load its script", { viewerSub: "ana", hasFailed: true }],
])("a worker that %s is ended and a new one begins", (_what, started) => {
  const old = new ScriptedWorker();
  vi.stubGlobal(LIVE_START, { ...started, worker: old });
  start();
  expect([old.isEnded, old.onmessage]).toEqual([true, null]);
  expect(ScriptedWorker.made[1]?.heard).toEqual([{ type: "begin", viewerSub: "ana" }]);
});

test.each([
  ["fails", () => ScriptedWorker.made[0]?.onerror?.()],
  ["never comes", () => vi.advanceTimersByTime(60_000)],
])("a script that %s is told as a lost connection; the next worker hears all that this one should have", (_what, fail) => {
  const port = start();
  port.post({ type: "start" });
  port.post(interest);
  fail();
  expect(ScriptedWorker.made[0]?.isEnded).toBe(true);
  const { state, doctor } = said[0] as StateNews;
  expect(state).toMatchObject({ status: "reconnecting", attempt: 1, reason: { cause: "client-error" } });
  expect(doctor[0]).toMatchObject({ id: "connect", outcome: "failed" });
  vi.advanceTimersByTime(12_300);
  expect(ScriptedWorker.made[1]?.heard).toEqual([{ type: "begin", viewerSub: "ana" }, { type: "start" }, interest]);
});

test("a person who tries again does not wait; one who leaves is not reconnected", () => {
  const port = start();
  ScriptedWorker.made[0]?.onerror?.();
  port.post({ type: "retry" });
  expect(ScriptedWorker.made).toHaveLength(2);
  ScriptedWorker.made[1]?.onerror?.();
  port.post({ type: "stop", because: "signed-out" });
  vi.advanceTimersByTime(120_000);
  expect(ScriptedWorker.made).toHaveLength(2);
});

test("a worker that runs is not replaced for an error of its own", () => {
  start();
  ScriptedWorker.made[0]?.onmessage?.({ data: asleep });
  ScriptedWorker.made[0]?.onerror?.();
  vi.advanceTimersByTime(120_000);
  expect([ScriptedWorker.made.length, ScriptedWorker.made[0]?.isEnded, said.length]).toEqual([1, false, 1]);
});
