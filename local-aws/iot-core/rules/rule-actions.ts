import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { FunctionInvoker } from "../../functions/function-invoker.ts";
import type { LocalAwsContext } from "../../platform/service.ts";
import type { Broker } from "../broker/broker.ts";
import type { RuleRoles } from "./rule-roles.ts";
import type { ActionDefinition } from "./rule-definition.ts";
import type { SqlMessage } from "./sql-evaluate.ts";
import type { SqlValue } from "./sql-functions.ts";
import { fillTemplate, parseTemplate } from "./substitution.ts";

/** One action, ready to run. It throws, or rejects with, an Error when AWS would run the error action. */
export interface RuleAction {
  /** As the error document names it. */
  readonly name: string;
  readonly resource: string;
  run(result: SqlValue, message: SqlMessage): void | Promise<void>;
}

export interface ActionWorld {
  readonly context: LocalAwsContext;
  readonly broker: Pick<Broker, "publish">;
  readonly functions: FunctionInvoker;
  readonly roles: RuleRoles;
  readonly dynamodbEndpoint: string;
}

const PAYLOAD_BYTES_MAX = 128 * 1024;

/** Throws an Error that names a substitution it cannot parse. */
export function createAction(definition: ActionDefinition, world: ActionWorld): RuleAction {
  if ("Republish" in definition) return republish(definition.Republish, world);
  if ("Lambda" in definition) return invoke(definition.Lambda.FunctionArn, world.functions);
  if ("DynamoDBv2" in definition) return putItem(definition.DynamoDBv2, world);
  const { LogGroupName: logGroup } = definition.CloudwatchLogs;
  return {
    name: "CloudwatchLogsAction",
    resource: logGroup,
    run: (result) => world.context.log.warn({ logGroup, message: result }, "rule wrote to CloudWatch Logs"),
  };
}

function republish(
  { RoleArn, Topic, Qos }: { RoleArn: string; Topic: string; Qos: 0 | 1 },
  { broker, roles, context }: ActionWorld,
): RuleAction {
  const template = parseTemplate(Topic);
  return {
    name: "RepublishAction",
    resource: Topic,
    run: (result, message) => {
      // A reserved topic is written with two dollar signs in the action (developer guide, "Republish").
      const topic = fillTemplate(template, message).replace(/^\$\$/, "$");
      if (/[+#]/.test(topic)) throw new Error(`the topic ${topic} has a wildcard`);
      roles.authorize(RoleArn, "iot:Publish", `arn:aws:iot:${context.region}:${context.accountId}:topic/${topic}`);
      const payload = Buffer.from(JSON.stringify(result ?? {}));
      if (payload.length > PAYLOAD_BYTES_MAX) throw new Error("the result is larger than 128 KB");
      broker.publish({ topic, payload, qos: Qos, isRetained: false }, { caller: { kind: "service" } });
    },
  };
}

function invoke(functionArn: string, functions: FunctionInvoker): RuleAction {
  return {
    name: "LambdaAction",
    resource: functionArn,
    run: async (result) => {
      await functions.invoke(functionArn, result);
    },
  };
}

function putItem(
  { RoleArn, PutItem: { TableName } }: { RoleArn: string; PutItem: { TableName: string } },
  { roles, context, dynamodbEndpoint }: ActionWorld,
): RuleAction {
  const credentials = () => {
    const keys = roles.keys(RoleArn);
    return Promise.resolve({ ...keys, expiration: new Date(keys.expiresAtMs) });
  };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: context.region, endpoint: dynamodbEndpoint, credentials }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    name: "DynamoActionV2",
    resource: TableName,
    run: async (result) => {
      await client.send(new PutCommand({ TableName, Item: result as Record<string, unknown> }));
    },
  };
}
