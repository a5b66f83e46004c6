import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** One call that went through, in ms of `performance.now()`. */
export interface ProxiedCall {
  /** The API's name where the protocol carries one, else method and path. */
  readonly operation: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Stands between the server and one AWS endpoint, passes everything on unchanged (the signed Host header too) and notes when. */
export interface TimingProxy {
  readonly url: string;
  /** The calls since the last time this was asked. */
  take(): readonly ProxiedCall[];
  close(): Promise<void>;
}

export async function startTimingProxy(targetUrl: string): Promise<TimingProxy> {
  const target = new URL(targetUrl);
  const agent = new Agent({ keepAlive: true });
  let calls: ProxiedCall[] = [];
  const server = createServer((incoming, outgoing) => {
    const startedMs = performance.now();
    const { method = "GET", url = "/", headers } = incoming;
    const name = headers["x-amz-target"];
    const operation = typeof name === "string" ? name : `${method} ${url.split("?")[0] ?? ""}`;
    const { hostname, port } = target;
    const passed = request({ agent, hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
      answer.on("end", () => calls.push({ operation, startedMs, endedMs: performance.now() }));
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Time within [fromMs, toMs] during which at least one of the calls was under way. */
export function busyMs(calls: readonly ProxiedCall[], fromMs: number, toMs: number): number {
  const spans = calls
    .map(({ startedMs, endedMs }) => ({ from: Math.max(fromMs, startedMs), to: Math.min(toMs, endedMs) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  let total = 0;
  let reachedMs = fromMs;
  for (const { from, to } of spans) {
    total += Math.max(0, to - Math.max(from, reachedMs));
    reachedMs = Math.max(reachedMs, to);
  }
  return total;
}
