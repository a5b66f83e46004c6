import { randomBytes } from "node:crypto";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { DescribeEndpointCommand, IoTClient } from "@aws-sdk/client-iot";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

export const STACK_NAME = "Thingdeck";
const FIRST_ADMIN_GROUPS = ["operators", "admins", "all-sites"];

/** Something the deployer has to do first, in words they can act on. */
export class PreconditionError extends Error {}

/** Answers the account the credentials belong to. Throws PreconditionError when there are none. */
export async function checkCredentials(region: string): Promise<string> {
  try {
    const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    return Account ?? "";
  } catch (error) {
    throw new PreconditionError(
      "No usable AWS credentials. Sign in first (`aws sso login` or `aws configure`, or set AWS_PROFILE) so that " +
        `\`aws sts get-caller-identity\` answers. AWS said: ${(error as Error).message}`,
    );
  }
}

/** Throws PreconditionError unless the account and region were bootstrapped for CDK. */
export async function checkBootstrap(region: string, accountId: string): Promise<void> {
  if ((await stackOutputs(region, "CDKToolkit")) === undefined) {
    throw new PreconditionError(
      `Account ${accountId} is not bootstrapped for CDK in ${region}. Run \`npx cdk bootstrap aws://${accountId}/${region}\` once.`,
    );
  }
}

/** The outputs of a stack by name, or nothing when there is no such stack. */
export async function stackOutputs(region: string, stackName: string): Promise<Record<string, string> | undefined> {
  try {
    const { Stacks } = await new CloudFormationClient({ region }).send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]));
  } catch (error) {
    if ((error as Error).message.includes("does not exist")) return undefined;
    throw error;
  }
}

/** Creates the first admin, whom Cognito invites by e-mail; answers false when that user was there already. */
export async function inviteAdmin(cognito: CognitoIdentityProviderClient, userPoolId: string, email: string): Promise<boolean> {
  const isNew = await createUser(cognito, userPoolId, email);
  for (const GroupName of FIRST_ADMIN_GROUPS) {
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: email, GroupName }));
  }
  return isNew;
}

async function createUser(cognito: CognitoIdentityProviderClient, userPoolId: string, email: string): Promise<boolean> {
  const UserAttributes = [
    { Name: "email", Value: email },
    { Name: "email_verified", Value: "true" },
  ];
  try {
    await cognito.send(
      new AdminCreateUserCommand({ UserPoolId: userPoolId, Username: email, UserAttributes, DesiredDeliveryMediums: ["EMAIL"] }),
    );
    return true;
  } catch (error) {
    if (error instanceof UsernameExistsException) return false;
    throw error;
  }
}

export interface DeploymentClients {
  readonly cognito: CognitoIdentityProviderClient;
  readonly iot: IoTClient;
}

/** The server's settings for a deployed stack, as lines of a .env file; a new session key is made. */
export async function deployedSettings(
  { cognito, iot }: DeploymentClients,
  outputs: Readonly<Record<string, string>>,
  appUrl: string,
): Promise<string> {
  const output = (name: string) => outputs[name] ?? "";
  const client = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId: output("UserPoolId"), ClientId: output("UserPoolClientId") }),
  );
  const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));
  const settings: Record<string, string> = {
    APP_URL: appUrl,
    SESSION_KEYS: randomBytes(32).toString("base64"),
    AWS_REGION: output("Region"),
    COGNITO_ISSUER: output("UserPoolIssuer"),
    COGNITO_HOSTED_UI_URL: output("HostedUiUrl"),
    COGNITO_CLIENT_ID: output("UserPoolClientId"),
    COGNITO_CLIENT_SECRET: client.UserPoolClient?.ClientSecret ?? "",
    COGNITO_SIGN_UP: output("SignUp"),
    COGNITO_IDENTITY_PROVIDERS: output("IdentityProviders"),
    IDENTITY_POOL_ID: output("IdentityPoolId"),
    VIEWER_ROLE_ARN: output("ViewerRoleArn"),
    CONTROL_ROLE_ARN: output("ControlRoleArn"),
    MQTT_URL: `wss://${endpointAddress ?? ""}/mqtt`,
    SITES: output("Sites"),
    GUEST_SITE: output("GuestSite"),
    SESSIONS_TABLE: output("SessionsTableName"),
    AUDIT_TABLE: output("AuditTableName"),
    WORKSPACE_TABLE: output("WorkspaceTableName"),
    ALARMS_TABLE: output("AlarmsTableName"),
    HISTORY_TABLE: output("HistoryTableName"),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
