import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "./aws-error.ts";

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Reads a whole body. Throws AwsError `RequestEntityTooLarge` (413) above `limitBytes`, without waiting for the rest. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = () => new AwsError("RequestEntityTooLargeException", "Request size exceeded the limit", 413);
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Leaving the loop early must not cut the connection: the refusal is still to be sent on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The value of a JSON body. Throws a SyntaxError for text that is no JSON and for bytes that are no UTF-8. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new SyntaxError("The body is not UTF-8");
  return JSON.parse(body.toString("utf8"));
}

/** What every AWS answer carries, so that a call can be found in the log. */
export function requestIdHeader(): { "x-amzn-RequestId": string } {
  return { "x-amzn-RequestId": randomUUID() };
}

/** Ends the answer. What is left of a refused body is read into nothing, or its sender could not read the refusal; the listener's time ends it. */
export function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void {
  if (response.headersSent || response.destroyed) return;
  response.req.resume();
  response.writeHead(status, { ...requestIdHeader(), "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** A listener on 127.0.0.1 only. */
export interface Listener {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly server: Server;
  /** Lets requests in flight finish for at most two seconds. */
  close(): Promise<void>;
}

const CLOSE_WAIT_MS = 2000;

/**
 * Listens on `preferredPort`, or on a free port when it is undefined or taken.
 * The handler may be set later through `onRequest`: ports are known before the services that answer on them.
 * `Date` is the stand-in's own time: SDK clients measure their clock's error by it.
 */
export async function listen(
  preferredPort: number | undefined,
  nowMs: () => number = Date.now,
): Promise<Listener & { onRequest(handler: HttpHandler): void }> {
  let handle: HttpHandler = (_, response) => send(response, 503, {}, "");
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 5000 }, (request, response) => {
    response.sendDate = false;
    response.setHeader("date", new Date(nowMs()).toUTCString());
    handle(request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
    // Ended only, the connection of a peer that neither reads nor closes would stay for ever.
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
    else socket.destroy();
  });
  const port = await bind(server, preferredPort);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    server,
    onRequest: (handler) => {
      handle = handler;
    },
    close: () => closeServer(server),
  };
}

async function bind(server: Server, preferredPort: number | undefined): Promise<number> {
  const attempt = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  try {
    await attempt(preferredPort ?? 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || preferredPort === undefined) throw error;
    await attempt(0);
  }
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WAIT_MS);
  await closed;
  clearTimeout(timer);
}
