import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { z } from "zod";
import { CHROMIUM_ARGS } from "../../scripts/support/chromium.ts";

const LAUNCH_TIMEOUT_MS = 60_000;
const CALL_TIMEOUT_MS = 180_000;
const WAIT_TIMEOUT_MS = 60_000;

/** A headless Chromium spoken to over its own debugging socket: no domain is on that nobody asked for, so nothing is mirrored. */
export interface Browser {
  /** A page in a context of its own: no cookies, no cache. The caller must `close()` it. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** One target's end of the protocol. */
export interface Session {
  /** Sends one command. Throws an Error with the browser's words. */
  send(method: string, params?: object): Promise<unknown>;
  on(method: string, listener: (params: unknown) => void): void;
}

export interface Page extends Session {
  /** A target attached to the page, such as its worker. */
  session(sessionId: string): Session;
  goto(url: string): Promise<void>;
  /** Runs an expression, awaits it when it is a promise, and returns its value as JSON carries it. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Evaluates until the expression is true; survives navigations. Throws an Error naming what was waited for. */
  waitFor(expression: string, timeoutMs?: number): Promise<void>;
  /** Processor time of the page's main thread (script, layout, and a canvas's drawing in software) and of its whole process since they began, seconds. */
  processorSeconds(): Promise<{ main: number; process: number }>;
  close(): Promise<void>;
}

const message = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  sessionId: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Message = z.infer<typeof message>;

class Connection {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Map<string, Set<(message: Message) => void>>();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#take(message.parse(JSON.parse(data.toString("utf8")))));
    socket.on("close", () => {
      for (const { reject } of this.#pending.values()) reject(new Error("Chromium is gone"));
      this.#pending.clear();
    });
  }

  send(method: string, params: object, sessionId?: string): Promise<unknown> {
    const id = (this.#lastId += 1);
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id)?.reject(new Error(`${method}: no answer`)), CALL_TIMEOUT_MS);
      this.#pending.set(id, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  on(method: string, sessionId: string, listener: (params: unknown) => void): void {
    const listeners = this.#listeners.get(method) ?? new Set();
    this.#listeners.set(
      method,
      listeners.add((event) => event.sessionId === sessionId && listener(event.params)),
    );
  }

  #settle(id: number) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #take(received: Message): void {
    if (received.id === undefined) {
      for (const listener of this.#listeners.get(received.method ?? "") ?? []) listener(received);
      return;
    }
    const pending = this.#settle(received.id);
    if (received.error) pending?.reject(new Error(received.error.message));
    else pending?.resolve(received.result);
  }
}

/** Starts Chromium with a profile of its own on a port it chooses itself. The caller must `close()` it. */
export async function launchBrowser(executable: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "thingdeck-chromium-"));
  const args = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "--window-size=1400,900", "about:blank"];
  const child = spawn(executable, [...CHROMIUM_ARGS, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  const close = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await exited;
    clearTimeout(timer);
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("Chromium did not start in time")), LAUNCH_TIMEOUT_MS);
      createInterface({ input: child.stderr }).on("line", (line) => {
        const found = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      });
      void exited.then(() => reject(new Error("Chromium ended while starting")));
    });
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
    await once(socket, "open");
    const connection = new Connection(socket);
    return { newPage: () => openPage(connection), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const created = z.object({ browserContextId: z.string() });
const target = z.object({ targetId: z.string() });
const attached = z.object({ sessionId: z.string() });
const evaluated = z.object({
  result: z.looseObject({ value: z.unknown().optional() }),
  exceptionDetails: z
    .looseObject({ text: z.string(), exception: z.looseObject({ description: z.string().optional() }).optional() })
    .optional(),
});
const metrics = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

async function openPage(connection: Connection): Promise<Page> {
  const { browserContextId } = created.parse(await connection.send("Target.createBrowserContext", {}));
  const { targetId } = target.parse(await connection.send("Target.createTarget", { url: "about:blank", browserContextId }));
  const { sessionId } = attached.parse(await connection.send("Target.attachToTarget", { targetId, flatten: true }));
  const send = (method: string, params: object = {}) => connection.send(method, params, sessionId);
  await send("Page.enable");
  await send("Performance.enable", { timeDomain: "timeTicks" });
  const evaluate = async <Value>(expression: string): Promise<Value> => {
    const answer = evaluated.parse(await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }));
    const { exceptionDetails } = answer;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return answer.result.value as Value;
  };
  const waitFor = async (expression: string, timeoutMs = WAIT_TIMEOUT_MS) => {
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await evaluate<boolean>(`Boolean(${expression})`).catch(() => false))) {
      if (Date.now() > deadlineMs) {
        const where = await evaluate<string>("location.href + ' ' + document.body.innerText.slice(0, 300)").catch(() => "no page");
        throw new Error(`the page never came to: ${expression} (${where})`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    send,
    on: (method, listener) => connection.on(method, sessionId, listener),
    session: (id) => ({
      send: (method, params = {}) => connection.send(method, params, id),
      on: (method, listener) => connection.on(method, id, listener),
    }),
    evaluate,
    waitFor,
    goto: async (url) => {
      await send("Page.navigate", { url });
      await waitFor(`document.readyState === "complete" && location.href !== "about:blank"`);
    },
    // Not TaskDuration: it leaves out what runs between tasks, such as drawing a canvas that a timer changed, and counts waiting for a processor.
    processorSeconds: async () => {
      const found = new Map(metrics.parse(await send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
      return { main: found.get("ThreadTime") ?? Number.NaN, process: found.get("ProcessTime") ?? Number.NaN };
    },
    close: async () => {
      await connection.send("Target.closeTarget", { targetId });
      await connection.send("Target.disposeBrowserContext", { browserContextId });
    },
  };
}
