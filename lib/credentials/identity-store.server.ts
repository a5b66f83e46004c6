import "server-only";
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";

const rowSchema = z.object({
  identityId: z.string(),
  /** IoT policies this server has attached, by name, with the instant (epoch ms, wall clock). */
  policies: z.record(z.string(), z.number()).default({}),
});

/** A subject's identity and the IoT policies attached to it, as far as we know. */
export type IdentityRow = z.infer<typeof rowSchema>;

export interface IdentityStore {
  read(subject: string): Promise<IdentityRow | undefined>;
  saveIdentity(subject: string, identityId: string): Promise<void>;
  savePolicies(subject: string, policies: Record<string, number>): Promise<void>;
  forget(subject: string): Promise<void>;
}

/** Rows `identity#<subject>` in the sessions table; they hold no secret (an identity id opens nothing by itself). */
export function createIdentityStore(db: DynamoDBDocumentClient, TableName: string): IdentityStore {
  const keyOf = (subject: string) => ({ pk: `identity#${subject}` });
  const set = async (subject: string, name: "identityId" | "policies", value: unknown) => {
    await db.send(
      new UpdateCommand({
        TableName,
        Key: keyOf(subject),
        UpdateExpression: "SET #name = :value",
        ExpressionAttributeNames: { "#name": name },
        ExpressionAttributeValues: { ":value": value },
      }),
    );
  };
  return {
    async read(subject) {
      const { Item } = await db.send(new GetCommand({ TableName, Key: keyOf(subject), ConsistentRead: true }));
      const parsed = rowSchema.safeParse(Item);
      return parsed.success ? parsed.data : undefined;
    },
    saveIdentity: (subject, identityId) => set(subject, "identityId", identityId),
    savePolicies: (subject, policies) => set(subject, "policies", policies),
    async forget(subject) {
      await db.send(new DeleteCommand({ TableName, Key: keyOf(subject) }));
    },
  };
}
