import { z } from "zod";
import type { ResourceHandler } from "../../provisioning/resource-handler.ts";
import type { Logger } from "../../platform/log.ts";
import type { TopicRules } from "./topic-rules.ts";

const text = z.string();
const republish = z.strictObject({
  RoleArn: text,
  Topic: text,
  Qos: z.coerce.number().optional(),
  Headers: z
    .strictObject({
      PayloadFormatIndicator: text.optional(),
      ContentType: text.optional(),
      ResponseTopic: text.optional(),
      CorrelationData: text.optional(),
      MessageExpiry: text.optional(),
      UserProperties: z.array(z.strictObject({ Key: text, Value: text })).optional(),
    })
    .optional(),
});

/** One of these in each action; the rules engine checks that it is exactly one. */
const action = z.strictObject({
  Republish: republish.optional(),
  DynamoDBv2: z.strictObject({ RoleArn: text, PutItem: z.strictObject({ TableName: text }) }).optional(),
  Lambda: z.strictObject({ FunctionArn: text }).optional(),
  CloudwatchLogs: z.strictObject({ RoleArn: text, LogGroupName: text, BatchMode: z.boolean().optional() }).optional(),
  Sqs: z.strictObject({ RoleArn: text, QueueUrl: text, UseBase64: z.boolean().optional() }).optional(),
});

const ruleSchema = z.strictObject({
  RuleName: text.optional(),
  TopicRulePayload: z.strictObject({
    Sql: text,
    Description: text.optional(),
    Actions: z.array(action),
    ErrorAction: action.optional(),
    RuleDisabled: z.boolean().optional(),
    AwsIotSqlVersion: text.optional(),
  }),
  Tags: z.array(z.strictObject({ Key: text, Value: text })).optional(),
});

/** Account-wide logging has nothing to log to here but the stand-in's own log. */
const loggingSchema = z.strictObject({ AccountId: text, RoleArn: text, DefaultLogLevel: text });

/** The CloudFormation types of the rules engine. `AWS::IoT::TopicRuleDestination` is not among them: it stops the start. */
export function ruleResourceHandlers(rules: TopicRules, log: Logger): Record<string, ResourceHandler> {
  return {
    "AWS::IoT::TopicRule": {
      schema: ruleSchema,
      apply: ({ logicalId, properties, physicalId }) => {
        const { RuleName, TopicRulePayload } = ruleSchema.parse(properties);
        const ruleName = RuleName ?? physicalId ?? `Thingdeck_${logicalId}`;
        const payload = toApi(TopicRulePayload);
        const { ruleArn } = rules.find(ruleName) === undefined ? rules.create(ruleName, payload) : rules.replace(ruleName, payload);
        return { physicalId: ruleName, attributes: { Arn: ruleArn } };
      },
      remove: ({ physicalId }) => rules.delete(physicalId),
    },
    "AWS::IoT::Logging": {
      schema: loggingSchema,
      apply: ({ logicalId, properties }) => {
        const { AccountId, DefaultLogLevel } = loggingSchema.parse(properties);
        log.debug({ logicalId, level: DefaultLogLevel }, "AWS::IoT::Logging has no effect here");
        return { physicalId: AccountId, attributes: {} };
      },
    },
  };
}

/** CloudFormation spells the API's members with a capital. */
function toApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toApi);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), toApi(item)]));
}
