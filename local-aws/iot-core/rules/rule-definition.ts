import { z } from "zod";

const roleArn = z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, "must be the ARN of a role");
const qos = z.union([z.literal(0), z.literal(1), z.string()]);

const republish = z.strictObject({
  roleArn,
  topic: z.string().min(1),
  qos: qos.optional(),
  headers: z
    .strictObject({
      payloadFormatIndicator: z.string().optional(),
      contentType: z.string().optional(),
      responseTopic: z.string().optional(),
      correlationData: z.string().optional(),
      messageExpiry: z.string().optional(),
      userProperties: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
    })
    .optional(),
});

/** The actions that are emulated, one a member; any other stops the start and is named. */
export const actionSchema = z.union([
  z.strictObject({ republish }),
  z.strictObject({ dynamoDBv2: z.strictObject({ roleArn, putItem: z.strictObject({ tableName: z.string().min(1) }) }) }),
  z.strictObject({ lambda: z.strictObject({ functionArn: z.string().min(1) }) }),
  /** Goes to the stand-in's log. */
  z.strictObject({ cloudwatchLogs: z.strictObject({ roleArn, logGroupName: z.string().min(1), batchMode: z.boolean().optional() }) }),
  /** Goes to the stand-in's log. */
  z.strictObject({ sqs: z.strictObject({ roleArn, queueUrl: z.string().min(1), useBase64: z.boolean().optional() }) }),
]);

export type RuleAction = z.output<typeof actionSchema>;
export type RepublishAction = z.output<typeof republish>;

/** `TopicRulePayload` of the API. The quotas are AWS's: 10 actions, and SQL in one version. */
export const rulePayloadSchema = z.strictObject({
  sql: z.string().min(1),
  description: z.string().optional(),
  actions: z.array(actionSchema).max(10),
  errorAction: actionSchema.optional(),
  ruleDisabled: z.boolean().optional(),
  awsIotSqlVersion: z.literal("2016-03-23", "only SQL of version 2016-03-23 is emulated").optional(),
});

export type RulePayload = z.output<typeof rulePayloadSchema>;

/** A rule as it is kept. */
export interface RuleDefinition {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly createdAtMs: number;
  readonly payload: RulePayload;
}
