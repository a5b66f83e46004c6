import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ActionTargets } from "./actions.ts";

/** Writes one item; rejects with DynamoDB's refusal. */
export type PutItem = (tableName: string, item: Record<string, unknown>) => Promise<void>;

/** PutItem in the role of a rule's action, through the signing gateway like any other caller's. */
export function createPutItem(
  { region, dynamodbEndpoint, roles }: Pick<ActionTargets, "region" | "dynamodbEndpoint" | "roles">,
  roleArn: string,
): PutItem {
  const client = new DynamoDBClient({
    region,
    endpoint: dynamodbEndpoint,
    credentials: () => {
      const { accessKeyId, secretAccessKey, sessionToken, expiresAtMs } = roles.keys(roleArn);
      return Promise.resolve({ accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiresAtMs) });
    },
  });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return async (tableName, item) => {
    await documents.send(new PutCommand({ TableName: tableName, Item: item }));
  };
}
