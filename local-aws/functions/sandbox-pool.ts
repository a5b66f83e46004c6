import { randomUUID } from "node:crypto";
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Logger } from "../platform/log.ts";
import type { Invocation, WorkerAnswer } from "./function-worker.ts";

/** One function's sandboxes: a few worker threads, each busy with one event, gone again when idle. */
export interface SandboxPool {
  /** Throws an Error with the handler's own message, or when it took longer than its timeout. */
  invoke(event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly functionName: string;
  readonly functionArn: string;
  /** The bundle's file. */
  readonly modulePath: string;
  readonly exportName: string;
  readonly timeoutMs: number;
  readonly memoryMegabytes: number;
  /** The whole environment of a new sandbox, keys of the function's role among it, and when those keys end. */
  environment(): { readonly variables: Record<string, string>; readonly expiresAtMs: number };
  nowMs(): number;
  readonly log: Logger;
}

const SANDBOXES_MAX = 2;
/** A sandbox weighs some 30 MB. */
const IDLE_MS = 10_000;
/** Node's default lets the short-lived objects of one small handler take 48 MB. */
const YOUNG_MEGABYTES = 8;
/** Keys this close to their end are not worth a start. */
const KEY_MARGIN_MS = 5 * 60_000;

interface Sandbox {
  readonly worker: Worker;
  readonly expiresAtMs: number;
  idleTimer?: NodeJS.Timeout;
}

export function createSandboxPool(options: SandboxOptions): SandboxPool {
  const idle: Sandbox[] = [];
  const all = new Set<Sandbox>();
  const waiting: (() => void)[] = [];

  const end = async (sandbox: Sandbox) => {
    clearTimeout(sandbox.idleTimer);
    all.delete(sandbox);
    await sandbox.worker.terminate();
  };

  const take = async (): Promise<Sandbox> => {
    const free = idle.pop();
    if (free !== undefined) {
      clearTimeout(free.idleTimer);
      if (free.expiresAtMs - KEY_MARGIN_MS > options.nowMs()) return free;
      await end(free);
    }
    if (all.size >= SANDBOXES_MAX) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return take();
    }
    const sandbox = startSandbox(options);
    all.add(sandbox);
    return sandbox;
  };

  const giveBack = (sandbox: Sandbox) => {
    idle.push(sandbox);
    sandbox.idleTimer = setTimeout(() => {
      idle.splice(idle.indexOf(sandbox), 1);
      void end(sandbox);
    }, IDLE_MS);
    waiting.shift()?.();
  };

  return {
    invoke: async (event) => {
      const sandbox = await take();
      const outcome = await run(sandbox.worker, event, options).catch((error: unknown) => error as Error);
      if (outcome instanceof Error) {
        await end(sandbox);
        waiting.shift()?.();
        throw outcome;
      }
      giveBack(sandbox);
      if ("error" in outcome) throw Object.assign(new Error(outcome.error.message), { name: outcome.error.name });
      return outcome.result;
    },
    close: async () => {
      await Promise.all([...all].map(end));
    },
  };
}

function startSandbox({ modulePath, exportName, memoryMegabytes, environment, log, functionName }: SandboxOptions): Sandbox {
  const { variables, expiresAtMs } = environment();
  const worker = new Worker(new URL("function-worker.ts", import.meta.url), {
    workerData: { modulePath: pathToFileURL(modulePath).href, exportName },
    env: { ...variables, ...compileCache() },
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  // A function's own words belong to the log, never to the one line of stdout.
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on("data", (chunk: Buffer) => log.info({ function: functionName, said: chunk.toString("utf8").trimEnd() }, "function"));
  }
  return { worker, expiresAtMs };
}

/** A thread has no compile cache of its own accord; without it each would load Node's TypeScript stripper (15 MB) for its first file. */
function compileCache(): Record<string, string> {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) };
}

function run(worker: Worker, event: unknown, options: SandboxOptions): Promise<WorkerAnswer> {
  const { timeoutMs, functionName, functionArn } = options;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      worker.removeAllListeners("message").removeAllListeners("error").removeAllListeners("exit");
      settle();
    };
    const timer = setTimeout(
      () => finish(() => reject(new Error(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`))),
      timeoutMs,
    );
    worker.once("message", (answer: WorkerAnswer) => finish(() => resolve(answer)));
    worker.once("error", (error) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))));
    worker.once("exit", (code) => finish(() => reject(new Error(`Runtime exited with error: exit status ${code}`))));
    const context = { functionName, invokedFunctionArn: functionArn, awsRequestId: randomUUID() };
    worker.postMessage({ event, context, clockOffsetMs: options.nowMs() - Date.now() } satisfies Invocation);
  });
}
