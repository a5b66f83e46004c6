import { createServer, request as startRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";

/** One address in front of several servers; each request goes to the next one that takes connections. */
export interface RoundRobin {
  setTargets(urls: string[]): void;
  close(): Promise<void>;
}

/**
 * Listens on `port` and forwards. A server that refuses the connection is skipped, as a load balancer's health check would; one that dies over
 * a request makes it a 502, because what it has done by then is unknown.
 */
export async function startRoundRobin(port: number, targets: string[]): Promise<RoundRobin> {
  let urls = targets;
  let turn = 0;
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer, triesLeft: number): void => {
    const target = urls[turn++ % urls.length] ?? "";
    const { hostname, port: targetPort } = new URL(target);
    const options = { hostname, port: targetPort, path: incoming.url, method: incoming.method, headers: incoming.headers };
    const upstream = startRequest(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      // Ends the answer short when the server dies in the middle of it.
      pipeline(answer, outgoing, () => undefined);
    });
    upstream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" && triesLeft > 0) forward(incoming, outgoing, body, triesLeft - 1);
      else if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    upstream.end(body);
  };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => forward(incoming, outgoing, Buffer.concat(chunks), urls.length));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    setTargets: (next) => void (urls = next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
