import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What happens to the next shadow write that passes: `before` and `after` run `act` with the write not yet, or already, made, and nothing is answered;
 * `lost` makes it and answers nothing; `busy` and `broken` answer 429 and 500 without making it.
 */
export type WriteFault = { kind: "before" | "after"; act: () => Promise<unknown> } | { kind: "lost" | "busy" | "broken" };

export interface DataPlaneProxy {
  origin: string;
  /** Answers once the fault has met its write. */
  arm(fault: WriteFault): Promise<void>;
  /** True while a fault waits for its write. */
  readonly isArmed: boolean;
  disarm(): void;
  close(): Promise<void>;
}

/** Stands between the server and AWS IoT's data plane over HTTP, so that the instant between audit row and shadow write can be met exactly. */
export async function startDataPlaneProxy(target: string): Promise<DataPlaneProxy> {
  let armed: { fault: WriteFault; met: () => void } | undefined;
  const server = createServer((incoming, outgoing) => {
    const isWrite = incoming.method === "POST" && /^\/things\/[^/]+\/shadow/.test(incoming.url ?? "");
    const taken = isWrite ? armed : undefined;
    if (taken) armed = undefined;
    handle(incoming, outgoing, { target, fault: taken?.fault })
      .catch(() => outgoing.destroy())
      .finally(() => taken?.met());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (fault) => new Promise((met) => (armed = { fault, met })),
    get isArmed() {
      return armed !== undefined;
    },
    disarm: () => {
      armed?.met();
      armed = undefined;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, fault }: { target: string; fault: WriteFault | undefined },
): Promise<void> {
  const body = Buffer.concat(await incoming.toArray());
  switch (fault?.kind) {
    case "busy":
    case "broken":
      outgoing
        .writeHead(fault.kind === "busy" ? 429 : 500, {
          "content-type": "application/json",
          "x-amzn-errortype": fault.kind === "busy" ? "ThrottlingException" : "InternalFailureException",
        })
        .end("{}");
      return;
    case "before":
      await fault.act();
      incoming.socket.destroy();
      return;
    case "after":
      await forward(incoming, body, target);
      await fault.act();
      incoming.socket.destroy();
      return;
    case "lost":
      await forward(incoming, body, target);
      incoming.socket.destroy();
      return;
    case undefined: {
      const answer = await forward(incoming, body, target);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(answer.body);
    }
  }
}

/** Hands a request on. The host header goes on as it came: it is signed. */
export function forward(incoming: IncomingMessage, body: Buffer, target: string): Promise<IncomingMessage & { body: Buffer }> {
  return new Promise((resolve, reject) => {
    const { method = "GET", url = "/", headers } = incoming;
    const { hostname, port } = new URL(target);
    const outgoing = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
      answer.toArray().then((chunks) => resolve(Object.assign(answer, { body: Buffer.concat(chunks as Buffer[]) })), reject);
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
