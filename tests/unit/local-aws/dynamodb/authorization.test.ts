import { describe, expect, test } from "vitest";
import { policyRequests } from "../../../../local-aws/dynamodb/authorization.ts";

const attributesOf = (operation: string, body: object): unknown =>
  policyRequests(
    operation,
    { TableName: "audit", ...body },
    (name) => `table/${name}`,
    () => "pk",
  )[0]?.context["dynamodb:Attributes"];

const Key = { pk: { S: "C#1" }, sk: { S: "row" } };

describe("dynamodb:Attributes of a call", () => {
  test.each([
    [
      "an update's plain names",
      "UpdateItem",
      { Key, UpdateExpression: "SET actor = :a, seen = if_not_exists(seen, :b) REMOVE open" },
      ["actor", "seen", "open"],
    ],
    [
      "an update's placeholders and its condition",
      "UpdateItem",
      {
        Key,
        UpdateExpression: "SET #s = :s ADD total :n",
        ConditionExpression: "#revision = :was AND attribute_exists(patch.speed[0])",
        ExpressionAttributeNames: { "#s": "status", "#revision": "revision" },
      },
      ["status", "total", "revision", "patch"],
    ],
    ["a minus between two names", "UpdateItem", { Key, UpdateExpression: "SET a = b-c" }, ["a", "b", "c"]],
    ["the old way of updating", "UpdateItem", { Key, AttributeUpdates: { actor: {} }, Expected: { status: {} } }, ["actor", "status"]],
  ])("are %s, besides its key", (_, operation, body, attributes) => {
    expect(attributesOf(operation, body)).toEqual(["pk", "sk", ...attributes]);
  });

  test("are an item's own when it is put", () => {
    expect(attributesOf("PutItem", { Item: { ...Key, actor: { S: "x" } }, ConditionExpression: "attribute_not_exists(pk)" })).toEqual([
      ...["pk", "sk", "actor"],
    ]);
  });
});

describe("dynamodb:LeadingKeys of a call", () => {
  const hashKeyOf = (table: string, index?: string) => (table === "unknown" ? undefined : index === undefined ? "pk" : "day");
  const asked = (operation: string, body: object) => policyRequests(operation, body, (name) => `table/${name}`, hashKeyOf);
  const leadingKeysOf = (operation: string, body: object): unknown =>
    asked(operation, { TableName: "orders", ...body }).map(({ context }) => context["dynamodb:LeadingKeys"]);
  const mine = { pk: { S: "mine" } };
  const yours = { pk: { S: "yours" } };
  const values = { ExpressionAttributeValues: { ":v": { S: "yours" }, ":m": { S: "mine" } } };

  test.each([
    ["GetItem", { Key: yours, Item: mine }],
    ["PutItem", { Item: yours, Key: mine }],
    ["UpdateItem", { Key: yours, Item: mine }],
    ["DeleteItem", { Key: yours, Item: mine }],
    ["Query", { KeyConditionExpression: "pk = :v", Key: mine, ...values }],
    ["Query", { KeyConditionExpression: ":v = pk", ...values }],
    ["Query", { KeyConditionExpression: "sk = :m AND (pk) = (:v)", ...values }],
    ["Query", { KeyConditionExpression: "#k=:v", ExpressionAttributeNames: { "#k": "pk" }, ...values }],
    ["Query", { IndexName: "by-day", KeyConditionExpression: "pk = :m and day = :v", ...values }],
    ["Query", { KeyConditions: { pk: { AttributeValueList: [{ S: "yours" }], ComparisonOperator: "EQ" } } }],
  ])("%s: what the engine reads, not what stands beside it (%j)", (operation, body) => {
    expect(leadingKeysOf(operation, body)).toEqual([["yours"]]);
  });

  test.each([
    ["GetItem", { Key: { sk: { S: "1" } } }],
    ["GetItem", { TableName: "unknown", Key: yours }],
    ["PutItem", { Key: mine }],
    ["Query", { KeyConditionExpression: "begins_with(pk, :v)", ...values }],
  ])("%s without a readable key has one that no condition names (%j)", (operation, body) => {
    expect(leadingKeysOf(operation, body)).toEqual([[""]]);
  });

  test("a batch is asked for table by table, for every key in it", () => {
    const RequestItems = { orders: { Keys: [mine, yours], ProjectionExpression: "secret" }, unknown: { Keys: [mine] } };
    expect(asked("BatchGetItem", { RequestItems })).toEqual([
      {
        action: "dynamodb:BatchGetItem",
        resource: "table/orders",
        context: { "dynamodb:LeadingKeys": ["mine", "yours"], "dynamodb:Attributes": ["pk", "secret"] },
      },
      {
        action: "dynamodb:BatchGetItem",
        resource: "table/unknown",
        context: { "dynamodb:LeadingKeys": [""], "dynamodb:Attributes": ["pk"] },
      },
    ]);
    const writes = { orders: [{ PutRequest: { Item: mine }, DeleteRequest: { Key: yours } }] };
    expect(leadingKeysOf("BatchWriteItem", { RequestItems: writes })).toEqual([["mine", "yours"]]);
  });

  test("a batch of nothing beside another call's members is not a call without a question", () => {
    expect(asked("GetItem", { TableName: "orders", Key: yours, RequestItems: {} })).toHaveLength(1);
    expect(() => asked("BatchGetItem", { RequestItems: {} })).toThrow("RequestItems");
    expect(() => asked("GetItem", { RequestItems: { orders: { Keys: [mine] } } })).toThrow("TableName");
  });

  test("a Scan has none, and an index counts for calls that read one only", () => {
    expect(leadingKeysOf("Scan", {})).toEqual([undefined]);
    expect(asked("GetItem", { TableName: "orders", IndexName: "by-day", Key: yours })[0]?.resource).toBe("table/orders");
    expect(asked("Scan", { TableName: "orders", IndexName: "by-day" })[0]?.resource).toBe("table/orders/index/by-day");
  });
});
