import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";

/** What a test may change while it runs. */
export interface TinyAwsKnobs {
  /** How many of the next identity-pool calls answer TooManyRequestsException. */
  throttleCount: number;
  /** Of the keys handed out, relative to now; undefined leaves Expiration away. */
  keyLifetimeMs: number | undefined;
  /** Name and message of the refusal of every GetCredentialsForIdentity. */
  refusal: { name: string; message: string } | undefined;
  /** By how much the Date header of answers is off. */
  clockOffsetMs: number;
}

export interface TinyAws {
  endpoints: { cognitoIdentity: string; iot: string; dynamodb: string };
  knobs: TinyAwsKnobs;
  counts: { getId: number; getCredentials: number; attach: number; detach: number };
  /** Policies by identity, and client ids that were told to go. */
  attached: Map<string, Set<string>>;
  kicked: string[];
  roleArns: (string | undefined)[];
  close(): Promise<void>;
}

export const TABLES = { sessions: "sessions", audit: "audit", workspace: "workspace", alarms: "alarms" };

/** An identity pool, an IoT control plane and a DynamoDB of a few lines each: enough for sessions and keys, with every fault at hand. */
export async function startTinyAws(): Promise<TinyAws> {
  const identities = new Map<string, string>();
  const state: Omit<TinyAws, "endpoints" | "close"> = {
    knobs: { throttleCount: 0, keyLifetimeMs: 3_600_000, refusal: undefined, clockOffsetMs: 0 },
    counts: { getId: 0, getCredentials: 0, attach: 0, detach: 0 },
    attached: new Map(),
    kicked: [],
    roleArns: [],
  };
  const identityPool = await listen((request, response) => void answerIdentityPool(state, identities, { request, response }));
  const iot = await listen((request, response) => void answerIot(state, { request, response }));
  const dynamodb = await startDynamo();
  return {
    ...state,
    endpoints: { cognitoIdentity: originOf(identityPool), iot: originOf(iot), dynamodb: originOf(dynamodb) },
    async close() {
      for (const server of [identityPool, iot]) server.closeAllConnections();
      // What the tables have begun they finish: dynalite throws out of a write that finds its database closed.
      dynamodb.closeIdleConnections();
      await Promise.all([identityPool, iot, dynamodb].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}
type State = Omit<TinyAws, "endpoints" | "close">;

async function answerIdentityPool(state: State, identities: Map<string, string>, { request, response }: Exchange): Promise<void> {
  const body = JSON.parse(await bodyOf(request)) as { IdentityId?: string; Logins?: Record<string, string>; CustomRoleArn?: string };
  const send = (status: number, answer: unknown) => {
    const date = new Date(Date.now() + state.knobs.clockOffsetMs).toUTCString();
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1", date }).end(JSON.stringify(answer));
  };
  const refuse = (name: string, message: string) => send(400, { __type: name, message });
  if (state.knobs.throttleCount > 0) {
    state.knobs.throttleCount -= 1;
    refuse("TooManyRequestsException", "Rate exceeded");
    return;
  }
  if (request.headers["x-amz-target"]?.toString().endsWith(".GetId") === true) {
    state.counts.getId += 1;
    const token = Object.values(body.Logins ?? {})[0];
    const subject =
      token === undefined
        ? randomUUID()
        : (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { sub: string }).sub;
    const identityId = identities.get(subject) ?? `eu-west-1:${randomUUID()}`;
    identities.set(subject, identityId);
    send(200, { IdentityId: identityId });
    return;
  }
  state.counts.getCredentials += 1;
  state.roleArns.push(body.CustomRoleArn);
  if (state.knobs.refusal) {
    refuse(state.knobs.refusal.name, state.knobs.refusal.message);
    return;
  }
  const { keyLifetimeMs } = state.knobs;
  const Expiration = keyLifetimeMs === undefined ? undefined : Math.floor((Date.now() + state.knobs.clockOffsetMs + keyLifetimeMs) / 1000);
  const keys = {
    AccessKeyId: `ASIA${randomUUID().slice(0, 16).toUpperCase().replaceAll("-", "X")}`,
    SecretKey: randomUUID(),
    SessionToken: randomUUID(),
  };
  send(200, { IdentityId: body.IdentityId, Credentials: { ...keys, Expiration } });
}

async function answerIot(state: State, { request, response }: Exchange): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://iot");
  const body = await bodyOf(request);
  const policies = (target: string) => state.attached.get(target) ?? new Set<string>();
  const [, resource, name = ""] = pathname.split("/").map(decodeURIComponent);
  if (resource === "connections") state.kicked.push(name);
  if (resource === "target-policies") {
    const { target } = JSON.parse(body) as { target: string };
    const isAttach = request.method === "PUT";
    state.counts[isAttach ? "attach" : "detach"] += 1;
    const names = policies(target);
    if (isAttach) names.add(name);
    else names.delete(name);
    state.attached.set(target, names);
  }
  const answer =
    resource === "attached-policies" ? { policies: [...policies(name)].map((policyName) => ({ policyName, policyArn: policyName })) } : {};
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

/** What a test reads and changes in the tables; the caller must destroy it. */
export function connectTinyDynamo({ endpoints }: Pick<TinyAws, "endpoints">): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(dynamoClient(endpoints.dynamodb));
}

function dynamoClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
}

async function startDynamo(): Promise<Server> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = dynamoClient(originOf(server));
  for (const TableName of Object.values(TABLES)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
  }
  client.destroy();
  return server;
}

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
