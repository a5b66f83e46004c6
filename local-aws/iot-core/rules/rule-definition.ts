import { z } from "zod";

const republish = z.strictObject({
  RoleArn: z.string(),
  Topic: z.string(),
  Qos: z.union([z.literal(0), z.literal(1)]).default(0),
});
const dynamoDbV2 = z.strictObject({ RoleArn: z.string(), PutItem: z.strictObject({ TableName: z.string() }) });
const lambda = z.strictObject({ FunctionArn: z.string() });
const cloudwatchLogs = z.strictObject({ LogGroupName: z.string(), RoleArn: z.string(), BatchMode: z.literal(false).optional() });

const action = z.union([
  z.strictObject({ Republish: republish }),
  z.strictObject({ DynamoDBv2: dynamoDbV2 }),
  z.strictObject({ Lambda: lambda }),
  z.strictObject({ CloudwatchLogs: cloudwatchLogs }),
]);
export type ActionDefinition = z.infer<typeof action>;

/** Properties of `AWS::IoT::TopicRule` that the local AWS runs; anything else stops the start. */
export const ruleProperties = z.strictObject({
  RuleName: z.string().regex(/^[a-zA-Z0-9_]{1,128}$/),
  TopicRulePayload: z.strictObject({
    Sql: z.string().min(1),
    AwsIotSqlVersion: z.literal("2016-03-23"),
    Description: z.string().optional(),
    RuleDisabled: z.boolean().default(false),
    Actions: z.array(action).min(1).max(10),
    ErrorAction: action.optional(),
  }),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});
