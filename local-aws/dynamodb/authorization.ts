import type { PolicyContext, PolicyRequest } from "../iam/policy-document.ts";
import { AwsError } from "../platform/aws-error.ts";
import { parseBatch, parseCall, type CallInput } from "./call-input.ts";

/** Partition key attribute of a table, or of one of its indexes. */
export type HashKeyOf = (tableName: string, indexName?: string) => string | undefined;

type AttributeValue = Readonly<Record<string, unknown>>;

/** Calls that name no table. */
const ACCOUNT_WIDE = new Set(["ListTables", "DescribeLimits", "DescribeEndpoints"]);
/** Calls that may read an index instead of its table. */
const INDEXED = new Set(["Query", "Scan"]);
/** No key has an empty value: a partition key that cannot be read meets no condition that names keys. */
const UNREADABLE = "";

/** Where each call says which partition it wants. Any other member of that name is ignored, as the engine ignores it. */
const PARTITION_OF: Readonly<Record<string, (call: CallInput, hashKey: string) => AttributeValue | undefined>> = {
  GetItem: ({ Key }, hashKey) => Key?.[hashKey],
  UpdateItem: ({ Key }, hashKey) => Key?.[hashKey],
  DeleteItem: ({ Key }, hashKey) => Key?.[hashKey],
  PutItem: ({ Item }, hashKey) => Item?.[hashKey],
  Query: (call, hashKey) => call.KeyConditions?.[hashKey]?.AttributeValueList?.[0] ?? equalityValue(call, hashKey),
};

/**
 * What IAM has to allow before the call is made: action, resource, and the condition keys `dynamodb:LeadingKeys`,
 * `dynamodb:Attributes`, `dynamodb:Select` and `dynamodb:ReturnValues` (developer guide, "Using IAM policy conditions"). A batch
 * asks once for each of its tables; a Scan has no leading keys, as on AWS.
 * Throws AwsError `ValidationException` when the call names no table and `SerializationException` when it is not a call.
 */
export function policyRequests(
  operation: string,
  body: unknown,
  tableArn: (name: string) => string,
  hashKeyOf: HashKeyOf,
): PolicyRequest[] {
  const action = `dynamodb:${operation}`;
  if (ACCOUNT_WIDE.has(operation)) return [{ action, resource: "*", context: {} }];
  const call = parseCall(body);
  if (operation === "BatchGetItem" || operation === "BatchWriteItem") {
    const parts = parseBatch(operation, call);
    if (parts.length === 0) throw requiredMember("RequestItems");
    return parts.map(([table, { items, reads }]) => {
      const hashKey = hashKeyOf(table);
      const keys = items.map((item) => readable(hashKey === undefined ? undefined : item[hashKey]));
      const attributes = [...items.flatMap((item) => Object.keys(item)), ...attributesOf(reads)];
      return { action, resource: tableArn(table), context: contextOf({ keys, attributes, call: reads }) };
    });
  }
  if (call.ResourceArn !== undefined && call.TableName === undefined) return [{ action, resource: call.ResourceArn, context: {} }];
  if (call.TableName === undefined) throw requiredMember("TableName");
  const index = INDEXED.has(operation) ? call.IndexName : undefined;
  const resource = index === undefined ? tableArn(call.TableName) : `${tableArn(call.TableName)}/index/${index}`;
  const partitionOf = PARTITION_OF[operation];
  const hashKey = hashKeyOf(call.TableName, index);
  const keys = partitionOf === undefined ? undefined : [readable(hashKey === undefined ? undefined : partitionOf(call, hashKey))];
  return [{ action, resource, context: contextOf({ keys, attributes: attributesOf(call), call }) }];
}

function requiredMember(name: string): AwsError {
  return new AwsError("ValidationException", `The parameter '${name}' is required but was not present in the request`);
}

function contextOf(read: { keys: readonly string[] | undefined; attributes: readonly string[]; call: CallInput }): PolicyContext {
  const { Select, ReturnValues } = read.call;
  return {
    ...(read.keys === undefined ? {} : { "dynamodb:LeadingKeys": [...new Set(read.keys)] }),
    ...(read.attributes.length === 0 ? {} : { "dynamodb:Attributes": [...new Set(read.attributes)] }),
    ...(Select === undefined ? {} : { "dynamodb:Select": Select }),
    ...(ReturnValues === undefined ? {} : { "dynamodb:ReturnValues": ReturnValues }),
  };
}

const WORDS_OF_EXPRESSIONS = new Set([
  ...["set", "remove", "add", "delete", "and", "or", "not", "between", "in"],
  ...["if_not_exists", "list_append", "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"],
]);

/** Top-level attributes that the call names, in a key, an item or an expression: what `dynamodb:Attributes` holds. */
function attributesOf(call: CallInput): string[] {
  const texts = [call.ProjectionExpression, call.UpdateExpression, call.ConditionExpression];
  const expressions = [...texts, call.FilterExpression, call.KeyConditionExpression].flatMap((text) =>
    text === undefined ? [] : namesIn(text),
  );
  const parts = [call.Key, call.Item, call.AttributeUpdates, call.Expected, call.KeyConditions, call.QueryFilter, call.ScanFilter];
  const plain = parts.flatMap((part) => Object.keys(part ?? {}));
  const named = expressions.map((name) => call.ExpressionAttributeNames?.[name] ?? name);
  return [...plain, ...(call.AttributesToGet ?? []), ...named];
}

/** A path's first step, `#name` or `name`; values (`:v`), later steps and the language's own words are none. */
function namesIn(expression: string): string[] {
  return [...expression.matchAll(/(?<![\w.:#])#?[A-Za-z_]\w*/g)]
    .map(([name]) => name)
    .filter((name) => !WORDS_OF_EXPRESSIONS.has(name.toLowerCase()));
}

/** The value that a key condition compares the partition key to: `#pk = :v`, `:v = pk`, `(pk) = (:v)`, on either side of an AND. */
function equalityValue(call: CallInput, hashKey: string): AttributeValue | undefined {
  const text = call.KeyConditionExpression?.replace(/[()]/g, " ") ?? "";
  for (const [, left = "", right = ""] of text.matchAll(/([#:\w.-]+)\s*=\s*([#:\w.-]+)/g)) {
    const [name, value] = left.startsWith(":") ? [right, left] : [left, right];
    if ((call.ExpressionAttributeNames?.[name] ?? name) === hashKey) return call.ExpressionAttributeValues?.[value];
  }
  return undefined;
}

function readable(value: AttributeValue | undefined): string {
  const first = value === undefined ? undefined : Object.values(value)[0];
  return typeof first === "string" ? first : UNREADABLE;
}
