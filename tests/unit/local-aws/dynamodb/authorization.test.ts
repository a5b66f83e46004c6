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
