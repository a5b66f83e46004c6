import type { aws_lambda as lambda } from "aws-cdk-lib";
import { Construct } from "constructs";
import { alarmBounds, alarmColumns, alarmWhere } from "../../lib/alarms/alarm-rule-sql.ts";
import { THING_TYPES } from "../../lib/fleet/thing-types.ts";
import { TELEMETRY_FILTER } from "./history-rule.ts";
import { permitInvocation, SHADOW_DOCUMENTS, type TopicRules } from "./topic-rules.ts";

/**
 * Alarms that exist when no browser looks. One rule watches all telemetry, because AWS meters a rule by the messages it is triggered by:
 * its WHERE is made of the settings file's limits, the loosest of any type, so that only messages beyond a limit reach the function,
 * which judges by the thing's own type with the same settings. A function and not a DynamoDBv2 action: a put would forget when the alarm
 * was raised and who has acknowledged it.
 */
export class AlarmRules extends Construct {
  constructor(scope: Construct, id: string, { rules, watch }: { rules: TopicRules; watch: lambda.IFunction }) {
    super(scope, id);
    const bounds = alarmBounds(THING_TYPES);
    const action = { lambda: { functionArn: watch.functionArn } };
    const registry = `${rules.registryOf(3)} AS registry`;
    rules.createRule(
      {
        name: "thingdeck_alarms",
        description: "Values beyond a limit to the function that keeps the alarms",
        sql: [
          `SELECT 'telemetry' AS kind, topic(2) AS site, topic(3) AS thing, timestamp() AS atMs, ${registry},`,
          `${alarmColumns(bounds)} FROM '${TELEMETRY_FILTER}' WHERE ${alarmWhere(bounds)}`,
        ].join(" "),
        action,
      },
      this,
    );
    rules.createRule(
      {
        name: "thingdeck_faults",
        description: "What devices report as their own alarm to the function that keeps the alarms",
        sql: [
          `SELECT 'fault' AS kind, topic(3) AS thing, timestamp() AS atMs, ${registry}, current.state.reported.alarm AS alarm`,
          `FROM '${SHADOW_DOCUMENTS}'`,
          "WHERE isUndefined(current.state.reported.alarm) = false OR isUndefined(previous.state.reported.alarm) = false",
        ].join(" "),
        action,
      },
      this,
    );
    for (const [permission, ruleName] of [
      ["InvokeOnTelemetry", "thingdeck_alarms"],
      ["InvokeOnFault", "thingdeck_faults"],
    ] as const) {
      permitInvocation(this, permission, { target: watch, ruleName });
    }
  }
}
