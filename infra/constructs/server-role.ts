import { Aws, aws_iam as iam } from "aws-cdk-lib";
import { Construct } from "constructs";
import { ALARM_ANSWER_ATTRIBUTES } from "../../lib/alarms/alarm-row.ts";
import { SYSTEM_ROW_KEYS } from "../../lib/shadow/audit-store.ts";
import { RECENT_KEYS } from "../../lib/shadow/recent-rows.ts";
import { iotArn } from "../arn.ts";
import { auditStatements } from "./audit-statements.ts";
import { AUDIT_INDEXES, type Tables } from "./tables.ts";

/**
 * What the web server may do by itself: decide who reads which site, and keep its tables.
 * It cannot write a shadow; for that it must be handed an admin's ID token.
 */
export class ServerRole extends Construct {
  readonly role: iam.Role;
  readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, { tables }: { tables: Tables }) {
    super(scope, id);
    this.policy = new iam.ManagedPolicy(this, "Policy", {
      managedPolicyName: "thingdeck-server",
      description: "Thingdeck's web server; attach it to whatever runs the server",
      statements: [...identityStatements(), ...fleetStatements(), ...tableStatements(tables)],
    });
    this.role = new iam.Role(this, "Role", {
      assumedBy: new iam.CompositePrincipal(
        new iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
        new iam.ServicePrincipal("ec2.amazonaws.com"),
      ),
      managedPolicies: [this.policy],
    });
  }
}

/** A Cognito identity is no ARN: AWS has no resource to name in the three calls that bind policies to one. */
function identityStatements(): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ actions: ["iot:AttachPolicy", "iot:DetachPolicy", "iot:ListAttachedPolicies"], resources: ["*"] }),
    new iam.PolicyStatement({ actions: ["iot:GetPolicy"], resources: [iotArn("policy/thingdeck-*")] }),
    // Dashboards' client ids only: no device can be kicked.
    new iam.PolicyStatement({ actions: ["iot:DeleteConnection"], resources: [iotArn(`client/${Aws.REGION}:*`)] }),
  ];
}

function fleetStatements(): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ actions: ["iot:SearchIndex"], resources: [iotArn("index/AWS_Things")] }),
    new iam.PolicyStatement({
      actions: ["iot:DescribeThing", "iot:GetThingShadow", "iot:GetThingConnectivityData"],
      resources: [iotArn("thing/*")],
    }),
  ];
}

function tableStatements({ sessions, audit, workspace, alarms, history }: Tables): iam.PolicyStatement[] {
  const readWrite = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"];
  return [
    new iam.PolicyStatement({ actions: readWrite, resources: [sessions.tableArn, workspace.tableArn] }),
    ...auditStatements(audit, {
      putsAllBut: [...Object.values(SYSTEM_ROW_KEYS), RECENT_KEYS],
      reads: AUDIT_INDEXES.map(({ name }) => name),
    }),
    // The past and the alarms are written by rules; the server reads them, and notes who has seen an alarm.
    new iam.PolicyStatement({
      actions: ["dynamodb:Query"],
      resources: [alarms, ...(history ? [history] : [])].map(({ tableArn }) => tableArn),
    }),
    new iam.PolicyStatement({
      actions: ["dynamodb:UpdateItem"],
      resources: [alarms.tableArn],
      conditions: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ALARM_ANSWER_ATTRIBUTES } },
    }),
  ];
}
