import { z } from "zod";
import type { ResourceHandler } from "../provisioning/resource-handler.ts";
import { AwsError } from "../platform/aws-error.ts";
import type { Table as StoreTable } from "../platform/store.ts";
import type { Engine } from "./engine.ts";

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));
const projection = z.strictObject({
  ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const index = z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection });

const tableProperties = z.strictObject({
  TableName: z.string(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  BillingMode: z.literal("PAY_PER_REQUEST"),
  GlobalSecondaryIndexes: z.array(index).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  // Known to be without effect locally: the disk is the backup, and there is no second key to encrypt with.
  PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: z.boolean() }).optional(),
  SSESpecification: z.strictObject({ SSEEnabled: z.boolean(), SSEType: z.string().optional() }).optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});
type TableProperties = z.infer<typeof tableProperties>;

/** Items of a BatchGetItem, each of which may be of another table (DynamoDB quota). */
const BATCH_TABLES_MAX = 100;

interface TableDescription {
  readonly Table: {
    readonly KeySchema: z.infer<typeof keySchema>;
    readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly KeySchema: z.infer<typeof keySchema> }[];
  };
}

export interface TimeToLive {
  readonly attributeName: string;
}

/** Makes the template's tables and keeps what IAM and the sweeper need to know of them. */
export function createTables(engine: Engine, timeToLive: StoreTable<TimeToLive>, tableArn: (name: string) => string) {
  const hashKeys = new Map<string, string>();

  const learn = (tableName: string, { Table }: TableDescription) => {
    const hashOf = (schema: z.infer<typeof keySchema>) => schema.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "";
    hashKeys.set(tableName, hashOf(Table.KeySchema));
    for (const { IndexName, KeySchema } of Table.GlobalSecondaryIndexes ?? []) hashKeys.set(`${tableName}/${IndexName}`, hashOf(KeySchema));
  };

  const describe = async (tableName: string): Promise<TableDescription | undefined> => {
    try {
      return await engine.call<TableDescription>("DescribeTable", { TableName: tableName });
    } catch (error) {
      // A name that no table may have is nobody's either; the call that names it is told so by the engine.
      if (error instanceof AwsError && /^(ResourceNotFound|Validation)Exception$/.test(error.code)) return undefined;
      throw error;
    }
  };

  const handler: ResourceHandler = {
    schema: tableProperties,
    apply: async ({ properties, logicalId }) => {
      const wanted = tableProperties.parse(properties);
      const existing = await describe(wanted.TableName);
      if (existing === undefined) await engine.call("CreateTable", creation(wanted));
      else await bringUpToDate(engine, logicalId, wanted, existing);
      const { TimeToLiveSpecification: ttl } = wanted;
      if (ttl?.Enabled === true) timeToLive.put(wanted.TableName, { attributeName: ttl.AttributeName });
      else timeToLive.delete(wanted.TableName);
      learn(wanted.TableName, (await describe(wanted.TableName)) ?? { Table: wanted as TableDescription["Table"] });
      return { physicalId: wanted.TableName, attributes: { Arn: tableArn(wanted.TableName) } };
    },
  };

  return {
    handler,
    /** Reads a table's keys the first time somebody asks for a table that the template did not make. */
    learnUnknown: async (tableNames: readonly string[]) => {
      // The engine refuses a batch of more tables than items, and what is not learnt has no readable key.
      for (const tableName of tableNames.slice(0, BATCH_TABLES_MAX)) {
        if (hashKeys.has(tableName)) continue;
        const description = await describe(tableName);
        if (description !== undefined) learn(tableName, description);
      }
    },
    /** Its keys are to be read again: the table or its indexes change. */
    forget: (tableName: string) => {
      for (const name of [...hashKeys.keys()]) if (name === tableName || name.startsWith(`${tableName}/`)) hashKeys.delete(name);
    },
    hashKeyOf: (tableName: string, indexName?: string) => hashKeys.get(indexName === undefined ? tableName : `${tableName}/${indexName}`),
  };
}

function creation({ TableName, KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes }: TableProperties) {
  return { TableName, KeySchema, AttributeDefinitions, BillingMode, ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }) };
}

/** Indexes come and go with the template; another key schema would mean another table, and the data in this one. */
async function bringUpToDate(
  engine: Engine,
  logicalId: string,
  wanted: TableProperties,
  { Table: existing }: TableDescription,
): Promise<void> {
  if (!isSameKey(existing.KeySchema, wanted.KeySchema)) {
    throw new Error(
      `${logicalId}: table ${wanted.TableName} exists with another key schema; its data is kept. Start with --fresh to make it anew.`,
    );
  }
  const have = existing.GlobalSecondaryIndexes ?? [];
  const want = wanted.GlobalSecondaryIndexes ?? [];
  const stale = have.filter(({ IndexName, KeySchema }) => {
    const same = want.find((candidate) => candidate.IndexName === IndexName);
    return same === undefined || !isSameKey(KeySchema, same.KeySchema);
  });
  const kept = new Set(have.filter((candidate) => !stale.includes(candidate)).map(({ IndexName }) => IndexName));
  const changes = [
    ...stale.map(({ IndexName }) => ({ Delete: { IndexName } })),
    ...want.filter(({ IndexName }) => !kept.has(IndexName)).map((created) => ({ Create: created })),
  ];
  for (const change of changes) {
    const { TableName, AttributeDefinitions } = wanted;
    await engine.call("UpdateTable", { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] });
  }
}

function isSameKey(left: z.infer<typeof keySchema>, right: z.infer<typeof keySchema>): boolean {
  const spell = (schema: z.infer<typeof keySchema>) => schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();
  return spell(left) === spell(right);
}
