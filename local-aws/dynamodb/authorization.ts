import { z } from "zod";
import type { PolicyContext, PolicyRequest } from "../iam/policy-document.ts";
import { AwsError } from "../platform/aws-error.ts";

/** Partition key attribute of a table, or of one of its indexes. */
export type HashKeyOf = (tableName: string, indexName?: string) => string | undefined;

const attributeValue = z.record(z.string(), z.unknown());
const item = z.record(z.string(), attributeValue);
const names = z.record(z.string(), z.string()).optional();

const input = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Key: item.optional(),
  Item: item.optional(),
  KeyConditionExpression: z.string().optional(),
  KeyConditions: z.record(z.string(), z.looseObject({ AttributeValueList: z.array(attributeValue).optional() })).optional(),
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: item.optional(),
  ProjectionExpression: z.string().optional(),
  UpdateExpression: z.string().optional(),
  ConditionExpression: z.string().optional(),
  AttributeUpdates: z.record(z.string(), z.unknown()).optional(),
  Expected: z.record(z.string(), z.unknown()).optional(),
  AttributesToGet: z.array(z.string()).optional(),
  Select: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
});
type Input = z.infer<typeof input>;

/** Calls that name no table. */
const ACCOUNT_WIDE = new Set(["ListTables", "DescribeLimits", "DescribeEndpoints"]);

/**
 * What IAM has to allow before the call is made: action, resource, and the condition keys of the template's policies
 * (`dynamodb:LeadingKeys`, `dynamodb:Attributes`, `dynamodb:Select`; developer guide, "Using IAM policy conditions").
 * A partition key that cannot be read from the call is left out of the context, so a condition on it does not match.
 * Throws AwsError `ValidationException` when the call names no table.
 */
export function policyRequests(
  operation: string,
  body: unknown,
  tableArn: (name: string) => string,
  hashKeyOf: HashKeyOf,
): PolicyRequest[] {
  const action = `dynamodb:${operation}`;
  if (ACCOUNT_WIDE.has(operation)) return [{ action, resource: "*", context: {} }];
  const call = parse(body);
  if (call.RequestItems !== undefined) {
    return Object.entries(call.RequestItems).map(([table, requests]) => ({
      action,
      resource: tableArn(table),
      context: { "dynamodb:LeadingKeys": batchKeys(requests, hashKeyOf(table)) },
    }));
  }
  if (call.TableName === undefined)
    throw new AwsError("ValidationException", "The parameter 'TableName' is required but was not present in the request");
  const table = tableArn(call.TableName);
  const resource = call.IndexName === undefined ? table : `${table}/index/${call.IndexName}`;
  return [{ action, resource, context: contextOf(call, hashKeyOf(call.TableName, call.IndexName)) }];
}

function parse(body: unknown): Input {
  const parsed = input.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AwsError(
    "SerializationException",
    `Start of structure or map found where not expected: ${parsed.error.issues[0]?.path.join(".") ?? ""}`,
  );
}

function contextOf(call: Input, hashKey: string | undefined): PolicyContext {
  const leading = hashKey === undefined ? undefined : leadingKey(call, hashKey);
  const attributes = attributesOf(call);
  return {
    ...(leading === undefined ? {} : { "dynamodb:LeadingKeys": [leading] }),
    ...(attributes.length === 0 ? {} : { "dynamodb:Attributes": attributes }),
    ...(call.Select === undefined ? {} : { "dynamodb:Select": call.Select }),
  };
}

const WORDS_OF_EXPRESSIONS = new Set([
  ...["set", "remove", "add", "delete", "and", "or", "not", "between", "in"],
  ...["if_not_exists", "list_append", "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"],
]);

/** Top-level attributes that the call names, in a key, an item or an expression: what `dynamodb:Attributes` holds. */
function attributesOf(call: Input): string[] {
  const { ProjectionExpression, UpdateExpression, ConditionExpression, ExpressionAttributeNames } = call;
  const expressions = [ProjectionExpression, UpdateExpression, ConditionExpression].flatMap((text) =>
    text === undefined ? [] : namesIn(text),
  );
  const plain = [call.Key, call.Item, call.AttributeUpdates, call.Expected].flatMap((part) => Object.keys(part ?? {}));
  const named = expressions.map((name) => ExpressionAttributeNames?.[name] ?? name);
  return [...new Set([...plain, ...(call.AttributesToGet ?? []), ...named])];
}

/** A path's first step, `#name` or `name`; values (`:v`), later steps and the language's own words are none. */
function namesIn(expression: string): string[] {
  return [...expression.matchAll(/(?<![\w.:#])#?[A-Za-z_]\w*/g)]
    .map(([name]) => name)
    .filter((name) => !WORDS_OF_EXPRESSIONS.has(name.toLowerCase()));
}

function leadingKey(call: Input, hashKey: string): string | undefined {
  const direct = (call.Key ?? call.Item)?.[hashKey] ?? call.KeyConditions?.[hashKey]?.AttributeValueList?.[0];
  return scalar(direct ?? equalityValue(call, hashKey));
}

/** The value that a key condition compares the partition key to: `#pk = :v` or `pk = :v`, on either side of an AND. */
function equalityValue(call: Input, hashKey: string): Record<string, unknown> | undefined {
  for (const [, name, value] of call.KeyConditionExpression?.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g) ?? []) {
    if (name === undefined || value === undefined) continue;
    if ((call.ExpressionAttributeNames?.[name] ?? name) === hashKey) return call.ExpressionAttributeValues?.[value];
  }
  return undefined;
}

function batchKeys(requests: unknown, hashKey: string | undefined): string[] {
  if (hashKey === undefined) return [];
  const get = z.looseObject({ Keys: z.array(item) }).safeParse(requests);
  if (get.success) return get.data.Keys.flatMap((key) => scalar(key[hashKey]) ?? []);
  const write = z
    .array(z.looseObject({ PutRequest: z.object({ Item: item }).optional(), DeleteRequest: z.object({ Key: item }).optional() }))
    .safeParse(requests);
  if (!write.success) return [];
  return write.data.flatMap(({ PutRequest, DeleteRequest }) => scalar((PutRequest?.Item ?? DeleteRequest?.Key)?.[hashKey]) ?? []);
}

function scalar(value: Record<string, unknown> | undefined): string | undefined {
  const first = value === undefined ? undefined : Object.values(value)[0];
  return typeof first === "string" ? first : undefined;
}
