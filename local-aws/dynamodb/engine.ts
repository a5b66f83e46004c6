import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dynalite from "dynalite";
import engineStores, { type EngineStore, type Snapshot } from "dynalite/db/index.js";
import { AwsError } from "../platform/aws-error.ts";
import { createIndexLag, type IndexLag } from "./index-lag.ts";

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
  /** How far global indexes are behind their tables. */
  setIndexLagMs(lagMs: number): void;
  close(): Promise<void>;
}

/** dynalite insists on an Authorization header's form, not on its truth. */
const FORMAL_AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local";

const WRITE = /\.(PutItem|UpdateItem|DeleteItem|BatchWriteItem)$/;

/** dynalite makes its store itself and keeps it to itself; it is caught in the making. */
function createServer(directory: string) {
  const makeStore = engineStores.create;
  const made: EngineStore[] = [];
  engineStores.create = (options) => {
    const store = makeStore(options);
    made.push(store);
    return store;
  };
  try {
    const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    const [store] = made;
    if (store === undefined) throw new Error("dynalite made no store");
    return { server, store };
  } finally {
    engineStores.create = makeStore;
  }
}

/** Has every Query and Scan of a global index read what the index shows by now; local indexes are as their table. */
function lagGlobalIndexes(store: EngineStore): IndexLag<Snapshot> {
  const lag = createIndexLag(() => store.db.snapshot());
  const getIndexDb = store.getIndexDb.bind(store);
  store.getIndexDb = (indexType, tableName, indexName) => {
    const indexDb = getIndexDb(indexType, tableName, indexName);
    if (indexType !== "global") return indexDb;
    const createValueStream = (range: Record<string, unknown>) => {
      const reading = lag.read();
      if (reading === undefined) return indexDb.createValueStream(range);
      return indexDb.createValueStream({ ...range, snapshot: reading.view }).once("close", () => reading.end());
    };
    return { ...indexDb, createValueStream };
  };
  return lag;
}

export async function startEngine(directory: string): Promise<Engine> {
  const { server, store } = createServer(directory);
  const lag = lagGlobalIndexes(store);
  const socketDirectory = mkdtempSync(join(tmpdir(), "thingdeck-dynamodb-"));
  const socketPath = process.platform === "win32" ? `\\\\.\\pipe\\thingdeck-dynamodb-${process.pid}` : join(socketDirectory, "socket");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });

  await store.db.open();

  const forward = (target: string, body: Buffer) =>
    new Promise<EngineAnswer>((resolve, reject) => {
      if (WRITE.test(target)) lag.beforeWrite();
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
    setIndexLagMs: lag.setLagMs,
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
