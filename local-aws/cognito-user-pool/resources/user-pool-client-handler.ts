import { randomBytes, randomInt } from "node:crypto";
import { AwsError } from "../../platform/aws-error.ts";
import type { ResourceHandler } from "../../provisioning/resource-handler.ts";
import type { ClientRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";
import { userPoolClientSchema, type TimeUnit, type UserPoolClientProperties } from "./user-pool-client-schema.ts";

const ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const UNIT_MS: Readonly<Record<TimeUnit, number>> = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 };
const HOUR_MS = UNIT_MS.hours;
const DAY_MS = UNIT_MS.days;

/** AWS::Cognito::UserPoolClient; `ClientSecret` is answered to Fn::GetAtt, which AWS does for custom resources only. */
export function createUserPoolClientHandler({ context, directory }: UserPools): ResourceHandler {
  return {
    schema: userPoolClientSchema,
    apply: ({ logicalId, properties: raw, physicalId }) => {
      const properties = userPoolClientSchema.parse(raw);
      if (directory.pool(properties.UserPoolId) === undefined) {
        throw new AwsError("ResourceNotFoundException", `User pool ${properties.UserPoolId} does not exist.`);
      }
      const clientId = physicalId ?? randomText(26);
      const known = directory.client(clientId);
      const nowMs = context.clock.nowMs();
      const secret = properties.GenerateSecret === true ? (known?.secret ?? randomBytes(38).toString("base64url")) : undefined;
      const client: ClientRecord = {
        ...toSettings(properties),
        clientId,
        name: properties.ClientName ?? logicalId,
        ...(secret === undefined ? {} : { secret }),
        createdAtMs: known?.createdAtMs ?? nowMs,
        modifiedAtMs: nowMs,
      };
      directory.putClient(client);
      const attributes = { ClientId: clientId, Name: client.name, ...(secret === undefined ? {} : { ClientSecret: secret }) };
      return { physicalId: clientId, attributes };
    },
  };
}

function randomText(length: number): string {
  return Array.from({ length }, () => ID_CHARACTERS.charAt(randomInt(ID_CHARACTERS.length))).join("");
}

type Settings = Omit<ClientRecord, "clientId" | "name" | "secret" | "createdAtMs" | "modifiedAtMs">;

function toSettings(properties: UserPoolClientProperties): Settings {
  const { RefreshTokenRotation: rotation, ReadAttributes: readAttributes, WriteAttributes: writeAttributes } = properties;
  const authFlows = properties.ExplicitAuthFlows ?? ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"];
  if (rotation?.Feature === "ENABLED" && authFlows.includes("ALLOW_REFRESH_TOKEN_AUTH")) {
    throw new AwsError("InvalidParameterException", "ALLOW_REFRESH_TOKEN_AUTH cannot be enabled with refresh token rotation.");
  }
  return {
    poolId: properties.UserPoolId,
    callbackUrls: properties.CallbackURLs ?? [],
    logoutUrls: properties.LogoutURLs ?? [],
    isOAuthOn: properties.AllowedOAuthFlowsUserPoolClient ?? false,
    oauthFlows: properties.AllowedOAuthFlows ?? [],
    oauthScopes: properties.AllowedOAuthScopes ?? [],
    identityProviders: properties.SupportedIdentityProviders ?? [],
    authFlows,
    ...(readAttributes === undefined ? {} : { readAttributes }),
    ...(writeAttributes === undefined ? {} : { writeAttributes }),
    isUserExistenceHidden: properties.PreventUserExistenceErrors === "ENABLED",
    isRevocationOn: properties.EnableTokenRevocation ?? true,
    ...toLifetimes(properties),
    ...(rotation?.Feature === "ENABLED" ? { rotation: { graceMs: (rotation.RetryGracePeriodSeconds ?? 0) * 1000 } } : {}),
  };
}

type Lifetimes = Pick<Settings, "idTokenLifetimeMs" | "accessTokenLifetimeMs" | "refreshTokenLifetimeMs" | "challengeLifetimeMs">;

/** Ranges and default units of CreateUserPoolClient (AWS.md A.6). */
function toLifetimes(properties: UserPoolClientProperties): Lifetimes {
  const units = properties.TokenValidityUnits ?? {};
  const shortLived = (name: string, value: number | undefined, unit: TimeUnit = "hours") =>
    within(name, value === undefined ? HOUR_MS : value * UNIT_MS[unit], [5 * 60_000, DAY_MS]);
  const refresh = properties.RefreshTokenValidity ?? 0;
  return {
    idTokenLifetimeMs: shortLived("IdTokenValidity", properties.IdTokenValidity, units.IdToken),
    accessTokenLifetimeMs: shortLived("AccessTokenValidity", properties.AccessTokenValidity, units.AccessToken),
    refreshTokenLifetimeMs: within("RefreshTokenValidity", refresh === 0 ? 30 * DAY_MS : refresh * UNIT_MS[units.RefreshToken ?? "days"], [
      HOUR_MS,
      3650 * DAY_MS,
    ]),
    challengeLifetimeMs: within("AuthSessionValidity", (properties.AuthSessionValidity ?? 3) * 60_000, [3 * 60_000, 15 * 60_000]),
  };
}

function within(name: string, valueMs: number, [minimumMs, maximumMs]: readonly [number, number]): number {
  if (valueMs < minimumMs || valueMs > maximumMs) {
    throw new AwsError("InvalidParameterException", `Invalid range for token validity: ${name}`);
  }
  return valueMs;
}
