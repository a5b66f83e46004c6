import { Aws, aws_iam as iam, aws_iot as iot, aws_lambda as lambda, aws_logs as logs, RemovalPolicy } from "aws-cdk-lib";
import { Construct } from "constructs";
import { iotArn } from "../arn.ts";

/** Every change of a classic shadow, as one document; level 3 is the thing. */
export const SHADOW_DOCUMENTS = "$aws/things/+/shadow/update/documents";
const PRESENCE_EVENTS = "$aws/events/presence/+/+";

/** A rule of the template; what goes wrong with it is written to one log. */
export interface Rule {
  name: string;
  description: string;
  sql: string;
  action: iot.CfnTopicRule.ActionProperty;
}

/** What AWS IoT itself says about things, brought under the site's own prefix; and the feed of the audit log. */
export class TopicRules extends Construct {
  private readonly roleArn: string;
  private readonly errorLog: logs.LogGroup;

  constructor(scope: Construct, id: string, { outcomeFunction }: { outcomeFunction: lambda.IFunction }) {
    super(scope, id);
    this.errorLog = new logs.LogGroup(this, "Errors", {
      logGroupName: "/thingdeck/rule-errors",
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.roleArn = this.createRole().roleArn;
    this.createShadowRule();
    this.createPresenceRule();
    this.createOutcomeRule(outcomeFunction);
  }

  private createShadowRule(): void {
    this.createRule({
      name: "thingdeck_shadow",
      description: "Shadow documents to the dashboards of the thing's site",
      sql: [
        "SELECT topic(3) AS thing, current.version AS version, current.state.desired AS desired,",
        "current.state.reported AS reported, current.metadata AS metadata, timestamp() AS atMs, clientToken AS clientToken",
        `FROM '${SHADOW_DOCUMENTS}'`,
      ].join(" "),
      action: this.republishTo(3, "shadow"),
    });
  }

  /** A dashboard's client id starts with its identity id, `<region>:`; it is nobody's thing. */
  private createPresenceRule(): void {
    this.createRule({
      name: "thingdeck_presence",
      description: "Connects and disconnects of things to the dashboards of their site",
      sql: [
        "SELECT clientId AS thing, eventType = 'connected' AS connected, timestamp AS atMs,",
        "disconnectReason AS reason, versionNumber AS versionNumber",
        `FROM '${PRESENCE_EVENTS}' WHERE eventType <> 'connect_failed' AND NOT startswith(clientId, '${Aws.REGION}:')`,
      ].join(" "),
      action: this.republishTo(5, "presence"),
    });
  }

  private createOutcomeRule(target: lambda.IFunction): void {
    const ruleName = "thingdeck_outcome";
    this.createRule({
      name: ruleName,
      description: "Every shadow change to the function that closes audit rows",
      sql: [
        `SELECT topic(3) AS thing, ${this.siteOf(3)} AS site, previous AS previous, current AS current,`,
        `timestamp AS timestamp, timestamp() AS atMs, clientToken AS clientToken FROM '${SHADOW_DOCUMENTS}'`,
      ].join(" "),
      action: { lambda: { functionArn: target.functionArn } },
    });
    permitInvocation(this, "InvokeOutcome", { target, ruleName });
  }

  /** AWS allows one get_registry_data call a rule, so the site is looked up where the topic is spelled. */
  private republishTo(topicLevel: number, leaf: string): iot.CfnTopicRule.ActionProperty {
    return { republish: { roleArn: this.roleArn, topic: `st/\${${this.siteOf(topicLevel)}}/\${topic(${topicLevel})}/${leaf}`, qos: 1 } };
  }

  private siteOf(topicLevel: number): string {
    return `${this.registryOf(topicLevel)}.attributes.site`;
  }

  /** What the registry says of the thing that a topic level names, in SQL; once a rule at most. */
  registryOf(topicLevel: number): string {
    return `get_registry_data("DescribeThing", topic(${topicLevel}), "${this.roleArn}")`;
  }

  /** Makes a rule with the error log of all; `scope` is the construct it belongs to. */
  createRule({ name, description, sql, action }: Rule, scope: Construct = this): void {
    new iot.CfnTopicRule(scope, name, {
      ruleName: name,
      topicRulePayload: {
        awsIotSqlVersion: "2016-03-23",
        description,
        sql,
        actions: [action],
        errorAction: { cloudwatchLogs: { logGroupName: this.errorLog.logGroupName, roleArn: this.roleArn } },
        ruleDisabled: false,
      },
    });
  }

  private createRole(): iam.Role {
    return new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("iot.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } } }),
      inlinePolicies: {
        Rules: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({ actions: ["iot:DescribeThing"], resources: [iotArn("thing/*")] }),
            new iam.PolicyStatement({ actions: ["iot:Publish"], resources: [iotArn("topic/st/*")] }),
            new iam.PolicyStatement({
              actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
              resources: [this.errorLog.logGroupArn],
            }),
          ],
        }),
      },
    });
  }
}

/** Lets AWS IoT, and of it this rule only, call a function. */
export function permitInvocation(scope: Construct, id: string, { target, ruleName }: { target: lambda.IFunction; ruleName: string }): void {
  new lambda.CfnPermission(scope, id, {
    action: "lambda:InvokeFunction",
    functionName: target.functionName,
    principal: "iot.amazonaws.com",
    sourceAccount: Aws.ACCOUNT_ID,
    sourceArn: iotArn(`rule/${ruleName}`),
  });
}
