import { AwsError } from "../platform/aws-error.ts";
import type { IdentityPool, RoleMapping, RoleRule } from "./pool-records.ts";
import type { PoolLogin } from "./verify-logins.ts";

/**
 * The role of an authenticated identity, in Cognito's order: CustomRoleArn, token or rules mapping, default role.
 * Source: "Using role-based access control" (AWS.md B.4). Throws AwsError `NotAuthorizedException` or
 * `InvalidIdentityPoolConfigurationException`.
 */
export function chooseAuthenticatedRole(pool: IdentityPool, login: PoolLogin, customRoleArn: string | undefined): string {
  const mapping = mappingOf(pool, login);
  if (customRoleArn !== undefined) return chooseCustomRole(mapping, login, customRoleArn);
  if (mapping === undefined) return defaultRole(pool);
  const chosen = mapping.Type === "Token" ? roleOfToken(login) : roleOfRules(mapping, login);
  if (chosen !== undefined) return chosen;
  if (mapping.AmbiguousRoleResolution === "AuthenticatedRole") return defaultRole(pool);
  throw new AwsError("NotAuthorizedException", "Access to the role is denied: no role could be determined for this login.");
}

function mappingOf(pool: IdentityPool, { provider }: PoolLogin): RoleMapping | undefined {
  return pool.roleMappings[`${provider.ProviderName}:${provider.ClientId}`];
}

function chooseCustomRole(mapping: RoleMapping | undefined, login: PoolLogin, customRoleArn: string): string {
  const isAllowed =
    mapping?.Type === "Rules"
      ? (mapping.RulesConfiguration?.Rules ?? []).some((rule) => rule.RoleARN === customRoleArn && matchesRule(rule, login))
      : tokenRoles(login).includes(customRoleArn);
  if (isAllowed) return customRoleArn;
  throw new AwsError("NotAuthorizedException", "Access to the requested role is denied: the login does not carry it.");
}

function defaultRole({ roles }: IdentityPool): string {
  if (roles.authenticated !== undefined) return roles.authenticated;
  throw noRole();
}

/** What the pool answers when it has no role to give, or may not assume it. */
export function noRole(): AwsError {
  return new AwsError(
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
  );
}

function roleOfToken(login: PoolLogin): string | undefined {
  const preferred = login.verified.claims["cognito:preferred_role"];
  if (typeof preferred === "string" && preferred !== "") return preferred;
  const roles = tokenRoles(login);
  return roles.length === 1 ? roles[0] : undefined;
}

function tokenRoles({ verified }: PoolLogin): readonly string[] {
  const roles = verified.claims["cognito:roles"];
  return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
}

function roleOfRules(mapping: RoleMapping, login: PoolLogin): string | undefined {
  return mapping.RulesConfiguration?.Rules.find((rule) => matchesRule(rule, login))?.RoleARN;
}

function matchesRule({ Claim, MatchType, Value }: RoleRule, { verified }: PoolLogin): boolean {
  const claim = verified.claims[Claim];
  if (claim === undefined) return false;
  const values = (Array.isArray(claim) ? claim : [claim]).map(String);
  switch (MatchType) {
    case "Equals":
      return values.some((value) => value === Value);
    case "NotEqual":
      return !values.includes(Value);
    case "Contains":
      return values.some((value) => value.includes(Value));
    case "StartsWith":
      return values.some((value) => value.startsWith(Value));
  }
}
