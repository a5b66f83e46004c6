import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dynalite from "dynalite";
import { AwsError } from "../platform/aws-error.ts";

export interface EngineAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** dynalite behind a socket that only this user can open: it checks no signature itself, so nobody else may reach it. */
export interface Engine {
  /** One raw call, e.g. `DynamoDB_20120810.PutItem`. */
  forward(target: string, body: Buffer): Promise<EngineAnswer>;
  /** One call of the stand-in's own. Throws AwsError with the engine's refusal. */
  call<Answer = unknown>(operation: string, input: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** dynalite insists on an Authorization header's form, not on its truth. */
const FORMAL_AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local";

export async function startEngine(directory: string): Promise<Engine> {
  const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const socketDirectory = mkdtempSync(join(tmpdir(), "thingdeck-dynamodb-"));
  const socketPath = process.platform === "win32" ? `\\\\.\\pipe\\thingdeck-dynamodb-${process.pid}` : join(socketDirectory, "socket");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });

  const forward = (target: string, body: Buffer) =>
    new Promise<EngineAnswer>((resolve, reject) => {
      const headers = {
        "content-type": "application/x-amz-json-1.0",
        "content-length": body.length,
        "x-amz-target": target,
        "x-amz-date": "20260101T000000Z",
        authorization: FORMAL_AUTHORIZATION,
      };
      const outgoing = httpRequest({ socketPath, method: "POST", path: "/", headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("end", () => resolve({ status: incoming.statusCode ?? 500, headers: incoming.headers, body: Buffer.concat(chunks) }));
        incoming.once("error", reject);
      });
      outgoing.once("error", reject);
      outgoing.end(body);
    });

  return {
    forward,
    call: async <Answer>(operation: string, input: unknown) => {
      const answer = await forward(`DynamoDB_20120810.${operation}`, Buffer.from(JSON.stringify(input)));
      const parsed = JSON.parse(answer.body.toString("utf8")) as { __type?: string; message?: string };
      if (answer.status !== 200) {
        throw new AwsError(parsed.__type?.split("#").at(-1) ?? "InternalServerError", parsed.message ?? "", answer.status);
      }
      return parsed as Answer;
    },
    close: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(socketDirectory, { recursive: true, force: true });
    },
  };
}
