import "server-only";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type SessionRow, sessionRowSchema } from "./session-row.ts";

/** DynamoDB removes rows some time after their ttl; a day of slack keeps a row readable while its end is being noticed. */
const TTL_SLACK_MS = 24 * 3_600_000;
/** Tabs of one session that a sign-out can cut off at the broker; the rest notice through their channel and their next request. */
const CLIENT_IDS_MAX = 256;

export interface TokenChange {
  sealed: string;
  tokenObtainedMs: number;
  tokenLifetimeMs: number;
}

export interface SessionStore {
  read(hash: string): Promise<SessionRow | undefined>;
  create(row: SessionRow): Promise<void>;
  /** Records use; never moves time backwards and never revives an ended session. */
  touch(hash: string, lastSeenMs: number): Promise<void>;
  /**
   * True when this caller alone may refresh the tokens of `version`: nobody held the lease, or the one held is still `seen`, which the caller
   * has watched long enough to know its holder dead. No clock is compared, so servers whose clocks differ agree.
   */
  takeLease(row: SessionRow, lease: string, seen: string | undefined): Promise<boolean>;
  /** Shows the waiting that the holder lives; false when the lease is no longer its own. */
  beatLease(row: SessionRow, owner: string, lease: string): Promise<boolean>;
  releaseLease(row: SessionRow, owner: string): Promise<void>;
  /** Stores refreshed tokens and gives the lease back; false when the session has ended or moved on. */
  storeTokens(row: SessionRow, owner: string, change: TokenChange): Promise<boolean>;
  /** Ends the session; true for the one caller that ended it. With `version`, only while the row still has it. */
  end(row: Pick<SessionRow, "hash" | "sub">, version?: number): Promise<boolean>;
  rememberClient(row: SessionRow, clientId: string): Promise<void>;
  listHashes(sub: string): Promise<string[]>;
  /** Takes hashes out of the subject's list whose rows are gone (DynamoDB's expiry does not do it). */
  forgetHashes(sub: string, hashes: readonly string[]): Promise<void>;
}

/** The sessions table: rows `session#<hash>`, and per user a set of hashes in `user#<sub>` for "my sessions". */
export function createSessionStore(db: DynamoDBDocumentClient, table: string): SessionStore {
  const rows = createRowWrites(db, table);
  const leases = createLeaseWrites(db, table);
  return { ...rows, ...leases };
}

function createRowWrites(db: DynamoDBDocumentClient, TableName: string) {
  const index = createUserIndex(db, TableName);
  return {
    listHashes: index.list,
    forgetHashes: index.forget,
    async read(hash: string) {
      const { Item } = await db.send(new GetCommand({ TableName, Key: keyOf(hash), ConsistentRead: true }));
      const parsed = sessionRowSchema.safeParse(Item);
      return parsed.success ? parsed.data : undefined;
    },
    async create(row: SessionRow) {
      // The row first: a hash without a row could be forgotten by a list that is being read at this moment.
      const Item = { ...keyOf(row.hash), ...row, ttl: Math.ceil((row.endsMs + TTL_SLACK_MS) / 1000) };
      await db.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }));
      await index.change("ADD", row.sub, [row.hash]);
    },
    async touch(hash: string, lastSeenMs: number) {
      const change = {
        TableName,
        Key: keyOf(hash),
        UpdateExpression: "SET lastSeenMs = :now, isClaimed = :yes",
        ConditionExpression: "attribute_exists(pk) AND (lastSeenMs < :now OR isClaimed <> :yes)",
        ExpressionAttributeValues: { ":now": lastSeenMs, ":yes": true },
      };
      await ifConditionHolds(db.send(new UpdateCommand(change)));
    },
    async end(row: Pick<SessionRow, "hash" | "sub">, version?: number) {
      const condition =
        version === undefined
          ? { ConditionExpression: "attribute_exists(pk)" }
          : {
              ConditionExpression: "#version = :version",
              ExpressionAttributeNames: { "#version": "version" },
              ExpressionAttributeValues: { ":version": version },
            };
      const hasEnded = await ifConditionHolds(db.send(new DeleteCommand({ TableName, Key: keyOf(row.hash), ...condition })));
      if (hasEnded) await index.change("DELETE", row.sub, [row.hash]);
      return hasEnded;
    },
    async rememberClient(row: SessionRow, clientId: string) {
      if (row.clientIds.includes(clientId)) return;
      const change = {
        TableName,
        Key: keyOf(row.hash),
        UpdateExpression: "SET clientIds = list_append(clientIds, :id)",
        ConditionExpression: "attribute_exists(pk) AND size(clientIds) < :most",
        ExpressionAttributeValues: { ":id": [clientId], ":most": CLIENT_IDS_MAX },
      };
      await ifConditionHolds(db.send(new UpdateCommand(change)));
    },
  };
}

function createUserIndex(db: DynamoDBDocumentClient, TableName: string) {
  const change = async (verb: "ADD" | "DELETE", sub: string, hashes: readonly string[]) => {
    await db.send(
      new UpdateCommand({
        TableName,
        Key: { pk: `user#${sub}` },
        UpdateExpression: `${verb} hashes :hashes`,
        ExpressionAttributeValues: { ":hashes": new Set(hashes) },
      }),
    );
  };
  return {
    change,
    async forget(sub: string, hashes: readonly string[]) {
      if (hashes.length > 0) await change("DELETE", sub, hashes);
    },
    async list(sub: string) {
      const { Item } = await db.send(new GetCommand({ TableName, Key: { pk: `user#${sub}` }, ConsistentRead: true }));
      const hashes: unknown = Item?.hashes;
      return hashes instanceof Set ? [...hashes].map(String) : [];
    },
  };
}

const HELD_BY_OWNER = "begins_with(lease, :owner)";

function createLeaseWrites(db: DynamoDBDocumentClient, TableName: string) {
  const update = (row: SessionRow, change: { set: string; condition: string; values: Record<string, unknown> }) =>
    ifConditionHolds(
      db.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(row.hash),
          UpdateExpression: change.set,
          ConditionExpression: `#version = :version AND ${change.condition}`,
          ExpressionAttributeNames: { "#version": "version" },
          ExpressionAttributeValues: { ":version": row.version, ...change.values },
        }),
      ),
    );
  return {
    takeLease: (row: SessionRow, lease: string, seen: string | undefined) =>
      update(row, {
        set: "SET lease = :lease",
        condition: seen === undefined ? "attribute_not_exists(lease)" : "(attribute_not_exists(lease) OR lease = :seen)",
        values: { ":lease": lease, ...(seen === undefined ? {} : { ":seen": seen }) },
      }),
    beatLease: (row: SessionRow, owner: string, lease: string) =>
      update(row, { set: "SET lease = :lease", condition: HELD_BY_OWNER, values: { ":lease": lease, ":owner": owner } }),
    async releaseLease(row: SessionRow, owner: string) {
      await update(row, { set: "REMOVE lease", condition: HELD_BY_OWNER, values: { ":owner": owner } });
    },
    storeTokens: (row: SessionRow, owner: string, change: TokenChange) =>
      update(row, {
        set: "SET sealed = :sealed, tokenObtainedMs = :obtained, tokenLifetimeMs = :lifetime, #version = :next REMOVE lease",
        condition: HELD_BY_OWNER,
        values: {
          ":owner": owner,
          ":sealed": change.sealed,
          ":obtained": change.tokenObtainedMs,
          ":lifetime": change.tokenLifetimeMs,
          ":next": row.version + 1,
        },
      }),
  };
}

function keyOf(hash: string): { pk: string } {
  return { pk: `session#${hash}` };
}

async function ifConditionHolds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
