import type { IncomingMessage, ServerResponse } from "node:http";

export type OutageMode = "down" | "html" | "slow" | "500";

/** Makes the user pool fail on demand, as the control endpoint asks. */
export interface Outage {
  start(mode: OutageMode, forMs: number): void;
  guard(handler: Handler): Handler;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const SLOW_MS = 30_000;

/** It lasts its time on a clock that nobody moves: a test may be asleep for two hours within it. */
export function createOutage(): Outage {
  let current: { mode: OutageMode; untilMs: number } | undefined;
  return {
    start: (mode, forMs) => {
      current = { mode, untilMs: performance.now() + forMs };
    },
    guard: (handler) => (request, response) => {
      if (current === undefined || performance.now() >= current.untilMs) handler(request, response);
      else BEHAVIORS[current.mode](request, response, handler);
    },
  };
}

const BEHAVIORS: Readonly<Record<OutageMode, (request: IncomingMessage, response: ServerResponse, handler: Handler) => void>> = {
  down: (request) => request.socket.destroy(),
  html: (_request, response) =>
    void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Maintenance</title><h1>Back soon</h1>"),
  "500": (_request, response) => void response.writeHead(500, { "content-type": "text/plain" }).end("Internal Server Error"),
  slow: (request, response, handler) => {
    const timer = setTimeout(() => handler(request, response), SLOW_MS);
    response.once("close", () => clearTimeout(timer));
  },
};
