import "server-only";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../platform/app-error.ts";
import { dynamo } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";

export interface WorkspaceKey {
  pk: string;
  sk: string;
}
export type WorkspaceItem = Record<string, unknown>;
export type WorkspaceUpdate = Pick<
  UpdateCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

/** The item, read consistently. All functions here throw workspace/unavailable when the table cannot be reached. */
export async function getItem(Key: WorkspaceKey): Promise<WorkspaceItem | undefined> {
  const { Item } = await reach(() => dynamo().send(new GetCommand({ TableName: env().WORKSPACE_TABLE, Key, ConsistentRead: true })));
  return Item;
}

/** Writes an item that is not there yet; false when it is. */
export async function insertItem(item: WorkspaceKey & WorkspaceItem): Promise<boolean> {
  return await ifHolds(() =>
    dynamo().send(new PutCommand({ TableName: env().WORKSPACE_TABLE, Item: item, ConditionExpression: "attribute_not_exists(pk)" })),
  );
}

/** Changes an item; false when the condition does not hold. */
export async function updateItem(Key: WorkspaceKey, update: WorkspaceUpdate): Promise<boolean> {
  return await ifHolds(() => dynamo().send(new UpdateCommand({ TableName: env().WORKSPACE_TABLE, Key, ...update })));
}

/** Removes an item; false when there was none. */
export async function deleteItem(Key: WorkspaceKey): Promise<boolean> {
  return await ifHolds(() =>
    dynamo().send(new DeleteCommand({ TableName: env().WORKSPACE_TABLE, Key, ConditionExpression: "attribute_exists(pk)" })),
  );
}

/** Every item of a partition whose sort key starts with `prefix`, in order. */
export async function listItems(pk: string, prefix: string): Promise<WorkspaceItem[]> {
  const items: WorkspaceItem[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await reach(() =>
      dynamo().send(
        new QueryCommand({
          TableName: env().WORKSPACE_TABLE,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
          ExpressionAttributeValues: { ":pk": pk, ":prefix": prefix },
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      ),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

async function ifHolds(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw new AppError("workspace/unavailable", { cause: error });
  }
}

async function reach<Output>(read: () => Promise<Output>): Promise<Output> {
  try {
    return await read();
  } catch (error) {
    throw new AppError("workspace/unavailable", { cause: error });
  }
}
