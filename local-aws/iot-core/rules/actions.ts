import type { FunctionInvoker } from "../../functions/function-invoker.ts";
import type { Logger } from "../../platform/log.ts";
import type { IotMessage } from "../broker/broker.ts";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import { isJsonObject } from "../shadow/json.ts";
import { createPutItem } from "./put-item.ts";
import type { RoleKeys } from "./role-keys.ts";
import type { RepublishAction, RuleAction } from "./rule-definition.ts";
import type { SqlScope } from "./sql-scope.ts";
import type { SqlValue } from "./sql-values.ts";
import { parseTemplate, type Template } from "./substitution.ts";

/** A message's payload (AWS IoT quota). */
const PAYLOAD_BYTES_MAX = 131_072;

/** What actions act upon. */
export interface ActionTargets extends ArnScope {
  readonly roles: RoleKeys;
  readonly functions: FunctionInvoker;
  readonly dynamodbEndpoint: string;
  readonly log: Logger;
  /** The stand-in's time. */
  readonly nowMs: () => number;
  readonly publish: (message: IotMessage) => void;
}

/** What a rule made of a message: the SQL result, and the same as bytes. */
export interface RuleResult {
  readonly ruleName: string;
  readonly value: SqlValue;
  readonly bytes: Buffer;
}

/** An action of one rule with its templates compiled. */
export interface CompiledAction {
  /** As AWS names it in error documents: `RepublishAction`. */
  readonly kind: string;
  readonly resource: string;
  run(scope: SqlScope, result: RuleResult): Promise<void> | void;
}

/** Compiles an action; throws AwsError `SqlParseException` for a template it does not know. */
export function compileAction(action: RuleAction, targets: ActionTargets): CompiledAction {
  if ("republish" in action) return compileRepublish(action.republish, targets);
  if ("dynamoDBv2" in action) return compileDynamoDbV2(action.dynamoDBv2, targets);
  if ("lambda" in action) return compileLambda(action.lambda.functionArn, targets);
  if ("sqs" in action) return compileLogged("SqsAction", action.sqs.queueUrl, targets);
  return compileLogged("CloudwatchLogsAction", action.cloudwatchLogs.logGroupName, targets);
}

function compileRepublish({ roleArn, topic, qos = 0, headers = {} }: RepublishAction, targets: ActionTargets): CompiledAction {
  const topicOf = parseTemplate(topic);
  const qosOf = parseTemplate(String(qos));
  const optional = (text: string | undefined): Template | undefined => (text === undefined ? undefined : parseTemplate(text));
  const [contentType, responseTopic, correlation, expiry, indicator] = [
    optional(headers.contentType),
    optional(headers.responseTopic),
    optional(headers.correlationData),
    optional(headers.messageExpiry),
    optional(headers.payloadFormatIndicator),
  ];
  const properties = (headers.userProperties ?? []).map(({ key, value }) => ({ key, valueOf: parseTemplate(value) }));
  return {
    kind: "RepublishAction",
    resource: topic,
    run: (scope, { bytes }) => {
      // "$$" is how a reserved topic is written here (AWS: republish rule action).
      const to = topicOf(scope).replace(/^\$\$/, "$");
      requirePublishable(to);
      if (bytes.length > PAYLOAD_BYTES_MAX) throw new Error(`The result is larger than ${PAYLOAD_BYTES_MAX} bytes`);
      targets.roles.authorize(roleArn, "iot:Publish", iotArn(targets, "topic", to));
      targets.publish({
        topic: to,
        payload: bytes,
        qos: requireQos(qosOf(scope)),
        isRetained: false,
        ...(contentType === undefined ? {} : { contentType: contentType(scope) }),
        ...(responseTopic === undefined ? {} : { responseTopic: responseTopic(scope) }),
        ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation(scope), "base64") }),
        ...(expiry === undefined ? {} : { messageExpirySeconds: requireSeconds(expiry(scope)) }),
        ...(indicator === undefined ? {} : { payloadFormatIndicator: indicator(scope) === "UTF8_DATA" }),
        ...(properties.length === 0 ? {} : { userProperties: properties.map(({ key, valueOf }) => [key, valueOf(scope)] as const) }),
      });
    },
  };
}

function requirePublishable(topic: string): void {
  const slashCountMax = topic.startsWith("$aws/") ? 10 : 7;
  if (topic === "" || /[+#\0]/.test(topic) || Buffer.byteLength(topic) > 256 || topic.split("/").length - 1 > slashCountMax) {
    throw new Error(`Invalid topic ${topic}`);
  }
}

function requireQos(text: string): 0 | 1 {
  if (text === "0") return 0;
  if (text === "1") return 1;
  throw new Error(`Invalid qos ${text}`);
}

function requireSeconds(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`Invalid messageExpiry ${text}`);
  return Number(text);
}

type DynamoDbV2 = Extract<RuleAction, { dynamoDBv2: unknown }>["dynamoDBv2"];

function compileDynamoDbV2({ roleArn, putItem }: DynamoDbV2, targets: ActionTargets): CompiledAction {
  const tableOf = parseTemplate(putItem.tableName);
  const put = createPutItem(targets, roleArn);
  return {
    kind: "DynamoDBv2Action",
    resource: putItem.tableName,
    run: async (scope, { value }) => {
      if (!isJsonObject(value)) throw new Error("The result of the SQL statement is not an object");
      await put(tableOf(scope), value);
    },
  };
}

function compileLambda(functionArn: string, { functions }: ActionTargets): CompiledAction {
  return {
    kind: "LambdaAction",
    resource: functionArn,
    run: async (_, { value, bytes }) => {
      await functions.invoke(functionArn, value === undefined ? bytes.toString("base64") : value);
    },
  };
}

function compileLogged(kind: string, resource: string, { log }: ActionTargets): CompiledAction {
  return {
    kind,
    resource,
    run: (_, { ruleName, bytes }) => {
      log.warn({ rule: ruleName, action: kind, resource, event: bytes.toString("utf8") }, "topic rule wrote to the log");
    },
  };
}
