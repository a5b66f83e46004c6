import { createHash, createHmac } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../shadow/json.ts";
import type { ActionTargets } from "./actions.ts";

/** Writes one item; rejects with DynamoDB's refusal. */
export type PutItem = (tableName: string, item: JsonObject) => Promise<void>;

type Target = Pick<ActionTargets, "region" | "dynamodbEndpoint" | "roles" | "nowMs">;

const SIGNED_HEADERS = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";

/**
 * PutItem in the role of a rule's action, through the signing gateway like any other caller's. Signed here and not by the SDK: this one
 * call would cost the stand-in some 20 MB.
 */
export function createPutItem(target: Target, roleArn: string): PutItem {
  return async (tableName, item) => {
    const body = JSON.stringify({ TableName: tableName, Item: toMembers(item) });
    const response = await fetch(target.dynamodbEndpoint, { method: "POST", body, headers: signedHeaders(target, roleArn, body) });
    if (!response.ok) throw new Error(`PutItem: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
}

/** AWS Signature Version 4 over the headers that matter; `host` is the one fetch will send. */
function signedHeaders({ region, dynamodbEndpoint, roles, nowMs }: Target, roleArn: string, body: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = roles.keys(roleArn);
  const date = new Date(nowMs()).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const headers: Record<string, string> = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-date": date,
    "x-amz-security-token": sessionToken,
    "x-amz-target": "DynamoDB_20120810.PutItem",
  };
  const canonical = Object.entries({ ...headers, host: new URL(dynamodbEndpoint).host })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join("");
  const request = ["POST", "/", "", canonical, SIGNED_HEADERS, sha256(body)].join("\n");
  const scope = `${date.slice(0, 8)}/${region}/dynamodb/aws4_request`;
  const key = scope.split("/").reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(request)].join("\n")).toString("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`;
  return headers;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

type Member = Readonly<Record<string, unknown>>;

const toMembers = (item: JsonObject): Record<string, Member> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toMember(value)]));

/** JSON as DynamoDB types it. */
function toMember(value: Json): Member {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return isJsonObject(value) ? { M: toMembers(value) } : { L: value.map(toMember) };
}
