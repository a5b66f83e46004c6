import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { SESSION_COOKIE } from "../../lib/platform/cookies.ts";
import { hashSessionId } from "../../lib/session/session-id.ts";
import { connectTinyDynamo, TABLES, type TinyAws } from "./tiny-aws.ts";
import type { WebClient } from "./web-client.ts";

/** The name of a browser's session in the table. */
export function sessionHashOf(browser: WebClient): string {
  return hashSessionId(browser.cookies.get(SESSION_COOKIE) ?? "") ?? "";
}

/** Changes fields of a browser's session row; numbers are distances from now in ms, as if that much time had passed. */
export async function changeSessionRow(aws: TinyAws, browser: WebClient, change: Record<string, number | boolean>): Promise<void> {
  const entries = Object.entries(change).map(([name, value]) => [name, typeof value === "number" ? Date.now() + value : value] as const);
  const update = new UpdateCommand({
    ...keyOf(browser),
    UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
  });
  await withTables(aws, (db) => db.send(update));
}

/** Takes a browser's session row away, as DynamoDB's expiry does. */
export async function removeSessionRow(aws: TinyAws, browser: WebClient): Promise<void> {
  await withTables(aws, (db) => db.send(new DeleteCommand(keyOf(browser))));
}

/** The sessions recorded for a subject. */
export async function listedHashes(aws: TinyAws, sub: string): Promise<string[]> {
  const get = new GetCommand({ TableName: TABLES.sessions, Key: { pk: `user#${sub}` } });
  const { Item } = await withTables(aws, (db) => db.send(get));
  return [...((Item?.hashes as Set<string> | undefined) ?? [])];
}

function keyOf(browser: WebClient) {
  return { TableName: TABLES.sessions, Key: { pk: `session#${sessionHashOf(browser)}` } };
}

async function withTables<Value>(aws: TinyAws, work: (db: DynamoDBDocumentClient) => Promise<Value>): Promise<Value> {
  const db = connectTinyDynamo(aws);
  try {
    return await work(db);
  } finally {
    db.destroy();
  }
}
