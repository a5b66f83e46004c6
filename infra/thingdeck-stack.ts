import { Aws, CfnOutput, CustomResource, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { AlarmRules } from "./constructs/alarm-rules.ts";
import { Functions } from "./constructs/functions.ts";
import { HistoryRule } from "./constructs/history-rule.ts";
import { IdentityPool } from "./constructs/identity-pool.ts";
import { IotPolicies } from "./constructs/iot-policies.ts";
import { ServerRole } from "./constructs/server-role.ts";
import { Tables } from "./constructs/tables.ts";
import { TopicRules } from "./constructs/topic-rules.ts";
import { UserPool } from "./constructs/user-pool.ts";
import type { Settings } from "./settings.ts";

const OPERATORS_PRECEDENCE = 10;
/** Below operators, so an admin's browser gets the viewer role and only the server asks for the control role. */
const ADMINS_PRECEDENCE = 20;

/** Everything the product needs of an account, in one template. */
export class ThingdeckStack extends Stack {
  constructor(scope: Construct, settings: Settings) {
    super(scope, "Thingdeck", {
      description: "Thingdeck: sign-in, scoped keys, topic rules, tables and functions",
      // A cast, because CDK's own declarations are not written for exactOptionalPropertyTypes.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    const userPool = new UserPool(this, "Users", settings);
    const identityPool = new IdentityPool(this, "Identities", { settings, userPool });
    this.createGroups(settings, { userPool, identityPool });
    new IotPolicies(this, "IotPolicies", settings);
    const tables = new Tables(this, "Tables", settings);
    const functions = new Functions(this, "Functions", tables);
    const rules = new TopicRules(this, "Rules", { outcomeFunction: functions.outcome });
    new AlarmRules(this, "AlarmRules", { rules, watch: functions.alarmWatch });
    if (tables.history) new HistoryRule(this, "HistoryRule", { rules, table: tables.history, days: settings.historyDays });
    this.enableFleetIndexing(functions);
    const server = new ServerRole(this, "Server", { tables });
    this.tell({ ...describe(settings), ...describePools(userPool, identityPool), ...describeServer(server, tables) });
  }

  private createGroups({ sites }: Settings, { userPool, identityPool }: { userPool: UserPool; identityPool: IdentityPool }): void {
    userPool.createGroup({
      name: "operators",
      description: "May watch the devices of their sites",
      precedence: OPERATORS_PRECEDENCE,
      roleArn: identityPool.viewerRole.roleArn,
    });
    userPool.createGroup({
      name: "admins",
      description: "May also switch devices and read the audit log",
      precedence: ADMINS_PRECEDENCE,
      roleArn: identityPool.controlRole.roleArn,
    });
    userPool.createGroup({ name: "all-sites", description: "Belongs to every site" });
    for (const site of sites) userPool.createGroup({ name: `site-${site.id}`, description: `Belongs to ${site.label}` });
  }

  /** The one thing without a CloudFormation type of its own. */
  private enableFleetIndexing({ fleetIndexing }: Functions): void {
    new CustomResource(this, "FleetIndexing", {
      resourceType: "Custom::FleetIndexing",
      serviceToken: fleetIndexing.functionArn,
      properties: { ThingIndexingMode: "REGISTRY_AND_SHADOW", ThingConnectivityIndexingMode: "STATUS" },
    });
  }

  private tell(outputs: Record<string, string>): void {
    for (const [key, value] of Object.entries(outputs)) new CfnOutput(this, key, { value });
  }
}

function describe({ sites, guestSite, identityProviders, selfSignUp }: Settings): Record<string, string> {
  return {
    Region: Aws.REGION,
    Sites: sites.map(({ id, label }) => `${id}:${label}`).join(","),
    GuestSite: guestSite,
    IdentityProviders: identityProviders.map(({ name, label }) => `${name}=${label}`).join(","),
    SignUp: selfSignUp,
  };
}

function describePools(userPool: UserPool, identityPool: IdentityPool): Record<string, string> {
  return {
    UserPoolId: userPool.pool.ref,
    UserPoolIssuer: userPool.pool.attrProviderUrl,
    HostedUiUrl: userPool.hostedUiUrl,
    UserPoolClientId: userPool.client.ref,
    IdentityPoolId: identityPool.pool.ref,
    ViewerRoleArn: identityPool.viewerRole.roleArn,
    ControlRoleArn: identityPool.controlRole.roleArn,
    ...(identityPool.guestRole && { GuestRoleArn: identityPool.guestRole.roleArn }),
  };
}

function describeServer(server: ServerRole, { sessions, audit, workspace, alarms, history }: Tables): Record<string, string> {
  return {
    ServerRoleArn: server.role.roleArn,
    ServerPolicyArn: server.policy.managedPolicyArn,
    SessionsTableName: sessions.tableName,
    AuditTableName: audit.tableName,
    WorkspaceTableName: workspace.tableName,
    AlarmsTableName: alarms.tableName,
    HistoryTableName: history?.tableName ?? "",
  };
}
