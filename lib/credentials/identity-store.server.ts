import "server-only";
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";

const rowSchema = z.object({
  identityId: z.string(),
  /** IoT policies this server has attached, by name, with the instant (epoch ms, wall clock). */
  policies: z.record(z.string(), z.number()).default({}),
  /** `iat` of the ID token whose groups these policies follow; a token older than that changes nothing any more. */
  groupsIssuedS: z.number().default(0),
});

/** A subject's identity and the IoT policies attached to it, as far as we know. */
export type IdentityRow = z.infer<typeof rowSchema>;

export interface IdentityStore {
  read(subject: string): Promise<IdentityRow | undefined>;
  saveIdentity(subject: string, identityId: string): Promise<void>;
  savePolicies(subject: string, row: Pick<IdentityRow, "policies" | "groupsIssuedS">): Promise<void>;
  forget(subject: string): Promise<void>;
}

/** Rows `identity#<subject>` in the sessions table; they hold no secret (an identity id opens nothing by itself). */
export function createIdentityStore(db: DynamoDBDocumentClient, TableName: string): IdentityStore {
  const keyOf = (subject: string) => ({ pk: `identity#${subject}` });
  const set = async (subject: string, values: Record<string, unknown>) => {
    const entries = Object.entries(values);
    await db.send(
      new UpdateCommand({
        TableName,
        Key: keyOf(subject),
        UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
      }),
    );
  };
  return {
    async read(subject) {
      const { Item } = await db.send(new GetCommand({ TableName, Key: keyOf(subject), ConsistentRead: true }));
      const parsed = rowSchema.safeParse(Item);
      return parsed.success ? parsed.data : undefined;
    },
    saveIdentity: (subject, identityId) => set(subject, { identityId }),
    savePolicies: (subject, { policies, groupsIssuedS }) => set(subject, { policies, groupsIssuedS }),
    async forget(subject) {
      await db.send(new DeleteCommand({ TableName, Key: keyOf(subject) }));
    },
  };
}
