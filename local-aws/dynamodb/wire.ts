import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../platform/aws-error.ts";
import type { EngineAnswer } from "./engine.ts";

const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** The whole body. Throws AwsError `RequestEntityTooLarge` (413) beyond DynamoDB's 16 MB. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_BYTES_MAX) chunks.push(chunk);
      else reject(new AwsError("RequestEntityTooLarge", "Request body is larger than 16 MB", 413));
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
  });
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
  response.writeHead(status, { ...Object.fromEntries(passed), "content-length": body.length });
  response.end(body);
}
