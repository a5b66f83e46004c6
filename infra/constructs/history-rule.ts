import { Aws, type aws_dynamodb as dynamodb, aws_iam as iam } from "aws-cdk-lib";
import { Construct } from "constructs";
import { HISTORY_DATA_LENGTH_MAX, HISTORY_MINUTE_MS, HISTORY_WINDOW } from "../../lib/history/history-window.ts";
import type { TopicRules } from "./topic-rules.ts";

/** Telemetry of every thing; level 2 is the site and level 3 the thing, which the device policy holds it to. */
export const TELEMETRY_FILTER = "dt/+/+/telemetry";

interface HistoryRuleProps {
  rules: TopicRules;
  table: dynamodb.Table;
  /** How long a row is kept. */
  days: number;
}

/**
 * About one message a minute of every thing into the history table; the others cost no action. The payload is kept as the bytes that came,
 * in base64: whatever a device sends, DynamoDB takes it, and reading judges it by the rules that live values pass.
 */
export class HistoryRule extends Construct {
  constructor(scope: Construct, id: string, { rules, table, days }: HistoryRuleProps) {
    super(scope, id);
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("iot.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } } }),
      inlinePolicies: {
        History: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ["dynamodb:PutItem"], resources: [table.tableArn] })],
        }),
      },
    });
    const { periodMs, lengthMs } = HISTORY_WINDOW;
    rules.createRule(
      {
        name: "thingdeck_history",
        description: "About one message a minute of every thing to the history table",
        sql: [
          `SELECT topic(3) AS pk, floor(timestamp() / ${HISTORY_MINUTE_MS}) * ${HISTORY_MINUTE_MS} AS sk, timestamp() AS atMs,`,
          `topic(2) AS site, encode(*, 'base64') AS data, floor(timestamp() / 1000) + ${days * 86_400} AS ttl`,
          `FROM '${TELEMETRY_FILTER}'`,
          `WHERE timestamp() % ${periodMs} < ${lengthMs} AND length(encode(*, 'base64')) <= ${HISTORY_DATA_LENGTH_MAX}`,
        ].join(" "),
        action: { dynamoDBv2: { roleArn: role.roleArn, putItem: { tableName: table.tableName } } },
      },
      this,
    );
  }
}
