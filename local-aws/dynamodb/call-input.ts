import { z } from "zod";
import { AwsError } from "../platform/aws-error.ts";

const attributeValue = z.record(z.string(), z.unknown());
const item = z.record(z.string(), attributeValue);
const conditions = z.record(z.string(), z.looseObject({ AttributeValueList: z.array(attributeValue).optional() }));

/** The members that IAM's condition keys are made of; whatever else a call has is the engine's to judge. */
const callInput = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  ResourceArn: z.string().optional(),
  Key: item.optional(),
  Item: item.optional(),
  KeyConditionExpression: z.string().optional(),
  KeyConditions: conditions.optional(),
  QueryFilter: conditions.optional(),
  ScanFilter: conditions.optional(),
  FilterExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: item.optional(),
  ProjectionExpression: z.string().optional(),
  UpdateExpression: z.string().optional(),
  ConditionExpression: z.string().optional(),
  AttributeUpdates: z.record(z.string(), z.unknown()).optional(),
  Expected: z.record(z.string(), z.unknown()).optional(),
  AttributesToGet: z.array(z.string()).optional(),
  Select: z.string().optional(),
  ReturnValues: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
});

const reads = z.looseObject({ ...callInput.shape, Keys: z.array(item) });
const writes = z.array(
  z.looseObject({ PutRequest: z.looseObject({ Item: item }).optional(), DeleteRequest: z.looseObject({ Key: item }).optional() }),
);

export type CallInput = z.infer<typeof callInput>;
type Item = z.infer<typeof item>;

/** What a batch does to one table: the keys or items it names, and the attributes it reads. */
export interface BatchPart {
  readonly items: readonly Item[];
  readonly reads: CallInput;
}

/** The body of any call. Throws AwsError `SerializationException` when a member is not of its type. */
export function parseCall(body: unknown): CallInput {
  return parse(callInput, body);
}

/** The body of a batch call, table by table. Throws AwsError `SerializationException`. */
export function parseBatch(operation: "BatchGetItem" | "BatchWriteItem", { RequestItems = {} }: CallInput): [string, BatchPart][] {
  return Object.entries(RequestItems).map(([table, requests]) => {
    if (operation === "BatchGetItem") {
      const { Keys, ...read } = parse(reads, requests);
      return [table, { items: Keys, reads: read }];
    }
    // A request with both an Item and a Key names both, whichever of them the engine would take.
    const items = parse(writes, requests).flatMap(({ PutRequest, DeleteRequest }) =>
      [PutRequest?.Item ?? [], DeleteRequest?.Key ?? []].flat(),
    );
    return [table, { items, reads: {} }];
  });
}

/** Tables that a call names, wherever it names them. */
export function tableNamesOf(body: unknown): string[] {
  const { TableName, RequestItems } = (body ?? {}) as { TableName?: unknown; RequestItems?: unknown };
  const batch = typeof RequestItems === "object" && RequestItems !== null ? Object.keys(RequestItems) : [];
  return typeof TableName === "string" ? [TableName, ...batch] : batch;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new AwsError("SerializationException", `Start of structure or map found where not expected: ${path}`);
}
