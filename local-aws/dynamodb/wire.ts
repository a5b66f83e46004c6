import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody as readBodyUpTo } from "../platform/http.ts";
import type { EngineAnswer } from "./engine.ts";

const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** The whole body. Throws AwsError `RequestEntityTooLargeException` (413) beyond DynamoDB's 16 MB, without waiting for the rest. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return readBodyUpTo(request, BODY_BYTES_MAX);
}

export function json(value: unknown, status = 200): EngineAnswer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID() },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** Sends an answer with the headers clients look at. */
export function send(response: ServerResponse, { status, headers, body }: EngineAnswer): void {
  const passed = ["content-type", "x-amz-crc32", "x-amzn-requestid"].flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (response.destroyed) return;
  // What is left of a refused body is read into nothing, or its sender could not read the refusal.
  response.req.resume();
  response.writeHead(status, { ...Object.fromEntries(passed), "content-length": body.length });
  response.end(body);
}
