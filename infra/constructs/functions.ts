import {
  aws_dynamodb as dynamodb,
  aws_events as events,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_lambda_nodejs as nodejs,
  aws_logs as logs,
  Duration,
  RemovalPolicy,
} from "aws-cdk-lib";
import { Construct } from "constructs";
import { SYSTEM_ROW_KEYS } from "../../lib/shadow/audit-store.ts";
import { iotArn } from "../arn.ts";
import { auditStatements } from "./audit-statements.ts";

const INFRA = `${import.meta.dirname}/..`;

interface FunctionSpec {
  /** File in infra/functions/ and suffix of the function's name. */
  name: string;
  description: string;
  environment?: Record<string, string>;
  statements: iam.PolicyStatement[];
  timeoutSeconds: number;
}

/** The handlers that work when no server runs. */
export class Functions extends Construct {
  readonly outcome: lambda.Function;
  readonly expiry: lambda.Function;
  readonly alarmWatch: lambda.Function;
  readonly fleetIndexing: lambda.Function;

  constructor(scope: Construct, id: string, { audit, alarms }: { audit: dynamodb.Table; alarms: dynamodb.Table }) {
    super(scope, id);
    const environment = { AUDIT_TABLE: audit.tableName };
    this.outcome = this.createFunction({
      name: "command-outcome",
      description: "Writes what the device did into the command's audit row",
      environment,
      // Reads no index: they are behind, and a device is quick.
      statements: auditStatements(audit, { puts: [SYSTEM_ROW_KEYS.outside], reads: [] }),
      timeoutSeconds: 10,
    });
    this.expiry = this.createFunction({
      name: "command-expiry",
      description: "Every minute: withdraws expired commands and closes rows whose outcome is overdue",
      environment,
      statements: [
        ...auditStatements(audit, { puts: [SYSTEM_ROW_KEYS.expiry], reads: ["by-deadline", "by-thing"] }),
        ...withdrawStatements(),
      ],
      timeoutSeconds: 55,
    });
    this.everyMinute(this.expiry);
    this.alarmWatch = this.createFunction({
      name: "alarm-watch",
      description: "Judges values beyond a limit by their thing's type and keeps the alarms' rows",
      environment: { ALARMS_TABLE: alarms.tableName },
      statements: [new iam.PolicyStatement({ actions: ["dynamodb:UpdateItem"], resources: [alarms.tableArn] })],
      timeoutSeconds: 10,
    });
    this.fleetIndexing = this.createFunction({
      name: "fleet-indexing",
      description: "Switches fleet indexing on when the stack is deployed",
      // The indexing configuration belongs to the account; these two actions have no resource.
      statements: [
        new iam.PolicyStatement({ actions: ["iot:UpdateIndexingConfiguration", "iot:GetIndexingConfiguration"], resources: ["*"] }),
      ],
      timeoutSeconds: 30,
    });
  }

  private createFunction({ name, description, environment, statements, timeoutSeconds }: FunctionSpec): lambda.Function {
    const logGroup = new logs.LogGroup(this, `${name}-log`, {
      logGroupName: `/aws/lambda/thingdeck-${name}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const write = new iam.PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] });
    const role = new iam.Role(this, `${name}-role`, {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: { Function: new iam.PolicyDocument({ statements: [...statements, write] }) },
    });
    return new nodejs.NodejsFunction(this, name, {
      functionName: `thingdeck-${name}`,
      description,
      entry: `${INFRA}/functions/${name}.ts`,
      depsLockFilePath: `${INFRA}/../package-lock.json`,
      projectRoot: `${INFRA}/..`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(timeoutSeconds),
      role: role.withoutPolicyUpdates(),
      logGroup,
      ...(environment && { environment }),
      awsSdkConnectionReuse: false,
      bundling: bundling(),
    });
  }

  private everyMinute(target: lambda.Function): void {
    const rule = new events.CfnRule(this, "EveryMinute", {
      name: "thingdeck-command-expiry",
      scheduleExpression: "rate(1 minute)",
      state: "ENABLED",
      targets: [{ arn: target.functionArn, id: "command-expiry" }],
    });
    new lambda.CfnPermission(this, "InvokeExpiry", {
      action: "lambda:InvokeFunction",
      functionName: target.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.attrArn,
    });
  }
}

/** The SDK is bundled in: what runs is what was tested, not what the runtime happens to carry. */
function bundling(): nodejs.BundlingOptions {
  return {
    format: nodejs.OutputFormat.ESM,
    target: "node24",
    mainFields: ["module", "main"],
    bundleAwsSDK: true,
    externalModules: [],
    forceDockerBundling: false,
    minify: false,
    banner: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  };
}

/** The documented exception: only this function writes shadows without an admin's keys, to take back what an admin asked for. */
function withdrawStatements(): iam.PolicyStatement[] {
  const actions = ["iot:GetThingShadow", "iot:UpdateThingShadow"];
  return [
    new iam.PolicyStatement({ actions, resources: [iotArn("thing/*")] }),
    new iam.PolicyStatement({ effect: iam.Effect.DENY, actions, resources: [iotArn("thing/*/*")] }),
  ];
}
