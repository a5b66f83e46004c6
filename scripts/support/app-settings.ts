import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

/** The parts of the local AWS's line of JSON that the server's settings are made of. */
export const localAwsInfo = z.looseObject({
  region: z.string(),
  userPool: z.object({ issuer: z.string(), domain: z.string(), clientId: z.string(), clientSecret: z.string() }),
  identityPoolId: z.string(),
  endpoints: z.object({ cognitoIdentity: z.string(), sts: z.string(), iot: z.string(), iotData: z.string(), dynamodb: z.string() }),
  mqtt: z.object({ wss: z.string(), mtls: z.string(), caPem: z.string() }),
  server: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  corporateSso: z.object({ users: z.array(z.object({ username: z.string(), password: z.string() })) }),
  users: z.array(z.object({ username: z.string(), password: z.string(), groups: z.array(z.string()) })),
  control: z.object({ url: z.string(), token: z.string() }),
  outputs: z.record(z.string(), z.string()),
});
export type LocalAwsInfo = z.infer<typeof localAwsInfo>;

/** The server's environment for the local AWS; `.env.example` explains each variable. */
export function appSettings(info: LocalAwsInfo, { appUrl, sessionKeys }: { appUrl: string; sessionKeys: string }): Record<string, string> {
  const output = (name: string) => info.outputs[name] ?? "";
  return {
    APP_URL: appUrl,
    SESSION_KEYS: sessionKeys,
    AWS_REGION: info.region,
    AWS_ACCESS_KEY_ID: info.server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: info.server.secretAccessKey,
    COGNITO_ISSUER: info.userPool.issuer,
    COGNITO_HOSTED_UI_URL: info.userPool.domain,
    COGNITO_CLIENT_ID: info.userPool.clientId,
    COGNITO_CLIENT_SECRET: info.userPool.clientSecret,
    COGNITO_SIGN_UP: output("SignUp"),
    COGNITO_IDENTITY_PROVIDERS: output("IdentityProviders"),
    IDENTITY_POOL_ID: info.identityPoolId,
    VIEWER_ROLE_ARN: output("ViewerRoleArn"),
    CONTROL_ROLE_ARN: output("ControlRoleArn"),
    MQTT_URL: info.mqtt.wss,
    SITES: output("Sites"),
    GUEST_SITE: output("GuestSite"),
    SESSIONS_TABLE: output("SessionsTableName"),
    AUDIT_TABLE: output("AuditTableName"),
    WORKSPACE_TABLE: output("WorkspaceTableName"),
    ALARMS_TABLE: output("AlarmsTableName"),
    HISTORY_TABLE: output("HistoryTableName"),
    AWS_ENDPOINT_URL_COGNITO_IDENTITY: info.endpoints.cognitoIdentity,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: new URL(info.userPool.issuer).origin,
    AWS_ENDPOINT_URL_STS: info.endpoints.sts,
    AWS_ENDPOINT_URL_IOT: info.endpoints.iot,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: info.endpoints.iotData,
    AWS_ENDPOINT_URL_DYNAMODB: info.endpoints.dynamodb,
  };
}

/** The key that seals sessions, made once per data folder. */
export function sessionKeys(dataDirectory: string): string {
  const path = join(dataDirectory, "session-keys");
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, randomBytes(32).toString("base64"), { mode: 0o600 });
  }
  return readFileSync(path, "utf8").trim();
}
