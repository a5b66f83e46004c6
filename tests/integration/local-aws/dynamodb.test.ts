import { CreateTableCommand, DynamoDBClient, DescribeTimeToLiveCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDynamodb, type Dynamodb } from "../../../local-aws/dynamodb/create-dynamodb.ts";
import { createIam, type IamService, type LongTermKeys } from "../../../local-aws/iam/create-iam.ts";
import { createLocalContext, serve } from "./support/local-context.ts";

const TABLE = {
  TableName: "orders",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "day", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: "by-day", KeySchema: [{ AttributeName: "day", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
  ],
  TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
};

let context: ReturnType<typeof createLocalContext>;
let iam: IamService;
let dynamodb: Dynamodb;
let server: Awaited<ReturnType<typeof serve>>;

async function start(): Promise<void> {
  iam = createIam(context);
  dynamodb = await createDynamodb(context, { iam });
  server = await serve(dynamodb.handler);
  await dynamodb.resourceHandlers?.["AWS::DynamoDB::Table"]?.apply({ logicalId: "Orders", properties: TABLE, physicalId: undefined });
}

const client = (keys: LongTermKeys) =>
  new DynamoDBClient({ region: context.region, endpoint: server.url, credentials: { ...keys }, maxAttempts: 1 });
const documents = (keys: LongTermKeys) => DynamoDBDocumentClient.from(client(keys));

const setIndexLag = (lagMs: number) => dynamodb.controlVerbs?.["index-lag"]?.({ lagMs });

async function ofDay(db: DynamoDBDocumentClient, more: { ConsistentRead?: boolean } = {}) {
  const { Items } = await db.send(
    new QueryCommand({
      TableName: "orders",
      IndexName: "by-day",
      KeyConditionExpression: "#d = :d",
      ExpressionAttributeNames: { "#d": "day" },
      ExpressionAttributeValues: { ":d": "2026-11-23" },
      ...more,
    }),
  );
  // The index has no sort key, so neither has its answer an order.
  return (Items ?? []).sort((left, right) => String(left.sk).localeCompare(String(right.sk)));
}

beforeEach(async () => {
  context = createLocalContext();
  await start();
});

afterEach(async () => {
  await server.close();
  await dynamodb.close?.();
  context.remove();
});

describe("DynamoDB behind the signing gateway", () => {
  it("writes conditionally, and shows it in a global index half a second later", async () => {
    const db = documents(iam.rootKeys);
    const Item = { pk: "a", sk: "1", day: "2026-11-23", total: 12.5 };
    const put = new PutCommand({ TableName: "orders", Item, ConditionExpression: "attribute_not_exists(pk)" });
    const writtenAtMs = performance.now();
    await db.send(put);
    await expect(db.send(put)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    await expect.poll(() => ofDay(db), { timeout: 5_000, interval: 20 }).toEqual([Item]);
    expect(performance.now() - writtenAtMs).toBeGreaterThan(400);
  });

  it("shows in a global index a row that is changed or gone as it was, and never half of a write", async () => {
    const db = documents(iam.rootKeys);
    const row = (sk: string, total: number) => ({ pk: "a", sk, day: "2026-11-23", total });
    setIndexLag(0);
    await db.send(new PutCommand({ TableName: "orders", Item: row("1", 1) }));
    await db.send(new PutCommand({ TableName: "orders", Item: row("2", 2) }));
    expect(await ofDay(db)).toEqual([row("1", 1), row("2", 2)]);
    setIndexLag(60_000);
    await db.send(new PutCommand({ TableName: "orders", Item: row("1", 100) }));
    await db.send(new DeleteCommand({ TableName: "orders", Key: { pk: "a", sk: "2" } }));
    expect(await ofDay(db)).toEqual([row("1", 1), row("2", 2)]);
    const { Item } = await db.send(new GetCommand({ TableName: "orders", Key: { pk: "a", sk: "1" } }));
    expect(Item).toEqual(row("1", 100));
    setIndexLag(0);
    expect(await ofDay(db)).toEqual([row("1", 100)]);
  });

  it("refuses a consistent read of a global index, as AWS does", async () => {
    await expect(ofDay(documents(iam.rootKeys), { ConsistentRead: true })).rejects.toMatchObject({
      name: "ValidationException",
      message: "Consistent reads are not supported on global secondary indexes",
    });
  });

  it("refuses a key that signs with the wrong secret", async () => {
    const wrong = documents({ ...iam.rootKeys, secretAccessKey: "x".repeat(40) });
    await expect(wrong.send(new GetCommand({ TableName: "orders", Key: { pk: "a", sk: "1" } }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: expect.any(Number) as number },
      name: expect.stringMatching(/InvalidSignature|UnrecognizedClient/) as string,
    });
  });

  it("allows what the user's policy allows, in the words of AWS for the rest", async () => {
    const statement = {
      Effect: "Allow" as const,
      Action: ["dynamodb:GetItem", "dynamodb:Query"],
      Resource: `arn:aws:dynamodb:${context.region}:${context.accountId}:table/orders`,
    };
    const keys = iam.createUser("reader", { inlinePolicies: { read: { Version: "2012-10-17", Statement: [statement] } } });
    const db = documents(keys);
    await expect(db.send(new GetCommand({ TableName: "orders", Key: { pk: "a", sk: "1" } }))).resolves.toMatchObject({});
    await expect(db.send(new DeleteCommand({ TableName: "orders", Key: { pk: "a", sk: "1" } }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("is not authorized to perform: dynamodb:DeleteItem on resource") as string,
    });
    await expect(db.send(new ScanCommand({ TableName: "orders" }))).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("keeps a caller to the partition keys its condition names", async () => {
    const statement = {
      Effect: "Allow" as const,
      Action: ["dynamodb:GetItem", "dynamodb:Query"],
      Resource: "*",
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["mine#*"] } },
    };
    const db = documents(iam.createUser("tenant", { inlinePolicies: { own: { Version: "2012-10-17", Statement: [statement] } } }));
    await expect(db.send(new GetCommand({ TableName: "orders", Key: { pk: "mine#1", sk: "1" } }))).resolves.toMatchObject({});
    await expect(db.send(new GetCommand({ TableName: "orders", Key: { pk: "yours#1", sk: "1" } }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    const query = { TableName: "orders", KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": "yours#1" } };
    await expect(db.send(new QueryCommand(query))).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("keeps a batch to its partition keys too, in a table that nobody has asked for yet", async () => {
    const engine = client(iam.rootKeys);
    const [KeySchema, AttributeDefinitions] = [
      [{ AttributeName: "id", KeyType: "HASH" as const }],
      [{ AttributeName: "id", AttributeType: "S" as const }],
    ];
    await engine.send(new CreateTableCommand({ TableName: "made-later", BillingMode: "PAY_PER_REQUEST", KeySchema, AttributeDefinitions }));
    const statement = {
      Effect: "Allow" as const,
      Action: ["dynamodb:BatchGetItem"],
      Resource: "*",
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["mine#*"] } },
    };
    const db = documents(iam.createUser("batcher", { inlinePolicies: { own: { Version: "2012-10-17", Statement: [statement] } } }));
    const read = (...ids: string[]) =>
      db.send(new BatchGetCommand({ RequestItems: { "made-later": { Keys: ids.map((id) => ({ id })) } } }));
    await expect(read("mine#1", "yours#1")).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(read("mine#1", "mine#2")).resolves.toMatchObject({ Responses: { "made-later": [] } });
  });

  it("says that transactions are not emulated instead of half doing them", async () => {
    const write = new TransactWriteItemsCommand({
      TransactItems: [{ Delete: { TableName: "orders", Key: { pk: { S: "a" }, sk: { S: "1" } } } }],
    });
    await expect(client(iam.rootKeys).send(write)).rejects.toMatchObject({ message: expect.stringContaining("not emulated") as string });
  });

  it("keeps what was acknowledged, and the time-to-live setting, over a restart", async () => {
    await documents(iam.rootKeys).send(new PutCommand({ TableName: "orders", Item: { pk: "a", sk: "1" } }));
    await server.close();
    await dynamodb.close?.();
    await start();
    const { Item } = await documents(iam.rootKeys).send(new GetCommand({ TableName: "orders", Key: { pk: "a", sk: "1" } }));
    expect(Item).toEqual({ pk: "a", sk: "1" });
    const ttl = await client(iam.rootKeys).send(new DescribeTimeToLiveCommand({ TableName: "orders" }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "ttl" });
  });
});
