import { createHash } from "node:crypto";
import type { ClientRecord, GroupRecord, UserRecord } from "../directory/records.ts";

/** What is the same in every token of one sign-in, refreshed ones included. */
export interface SignInFacts {
  readonly originJti: string;
  readonly eventId: string;
  /** Epoch seconds of the sign-in itself. */
  readonly authTimeSeconds: number;
  readonly scopes: readonly string[];
}

export interface ClaimsInput {
  readonly issuer: string;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  /** The user's groups that exist. */
  readonly groups: readonly GroupRecord[];
  readonly facts: SignInFacts;
  readonly jti: string;
  /** Epoch seconds. */
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** Claims of an ID token (Cognito guide, "Understanding the identity token"). */
export function idTokenClaims(input: ClaimsInput, extra: { nonce?: string | undefined; accessToken: string }): Record<string, unknown> {
  const { user, facts, client } = input;
  return {
    ...attributeClaims(user, readableAttributes(client, facts.scopes)),
    ...groupClaims(input.groups, user),
    ...(user.identities === undefined ? {} : { identities: identitiesClaim(user) }),
    sub: user.sub,
    iss: input.issuer,
    "cognito:username": user.username,
    ...(extra.nonce === undefined ? {} : { nonce: extra.nonce }),
    ...sessionClaims(input),
    aud: client.clientId,
    at_hash: leftHalfHash(extra.accessToken),
    event_id: facts.eventId,
    token_use: "id",
    auth_time: facts.authTimeSeconds,
    iat: input.issuedAtSeconds,
    exp: input.expiresAtSeconds,
  };
}

/** Claims of an access token (Cognito guide, "Understanding the access token"): no attributes, no roles, no `aud`. */
export function accessTokenClaims(input: ClaimsInput): Record<string, unknown> {
  const { user, facts } = input;
  return {
    sub: user.sub,
    ...(input.groups.length === 0 ? {} : { "cognito:groups": user.groups }),
    iss: input.issuer,
    version: 2,
    client_id: input.client.clientId,
    ...sessionClaims(input),
    event_id: facts.eventId,
    token_use: "access",
    scope: facts.scopes.join(" "),
    auth_time: facts.authTimeSeconds,
    iat: input.issuedAtSeconds,
    exp: input.expiresAtSeconds,
    username: user.username,
  };
}

/** AWS adds both identifiers only while token revocation is on for the client. */
function sessionClaims({ client, facts, jti }: ClaimsInput): Record<string, unknown> {
  return client.isRevocationOn ? { origin_jti: facts.originJti, jti } : { jti };
}

/** Groups, their roles, and the role of the lowest precedence; two different roles at the lowest leave none preferred. */
export function groupClaims(groups: readonly GroupRecord[], user: UserRecord): Record<string, unknown> {
  if (groups.length === 0) return {};
  const names = user.groups.filter((name) => groups.some((group) => group.name === name));
  const withRole = groups.filter((group) => group.roleArn !== undefined);
  if (withRole.length === 0) return { "cognito:groups": names };
  const lowest = Math.min(...withRole.map(rank));
  const preferred = new Set(withRole.filter((group) => rank(group) === lowest).map((group) => group.roleArn));
  return {
    "cognito:groups": names,
    "cognito:roles": [...new Set(withRole.map((group) => group.roleArn))],
    ...(preferred.size === 1 ? { "cognito:preferred_role": [...preferred][0] } : {}),
  };
}

/** A group without a precedence comes after every group with one. */
function rank(group: GroupRecord): number {
  return group.precedence ?? Number.MAX_SAFE_INTEGER;
}

function identitiesClaim(user: UserRecord): Record<string, unknown>[] {
  return (user.identities ?? []).map((identity, at) => ({
    dateCreated: String(identity.createdAtMs),
    userId: identity.userId,
    providerName: identity.providerName,
    providerType: identity.providerType,
    issuer: null,
    primary: String(at === 0),
  }));
}

/**
 * Which attributes a token may show: what the client may read, narrowed by `email`, `phone` and `profile` when one of
 * them was asked for beside `openid` (the guide: `openid` alone returns every readable attribute).
 */
export function readableAttributes(client: ClientRecord, scopes: readonly string[]): (attribute: string) => boolean {
  const isReadable = (name: string) => client.readAttributes?.includes(name) ?? true;
  const narrowing = scopes.filter((scope) => ["email", "phone", "profile"].includes(scope));
  if (narrowing.length === 0 || narrowing.includes("profile")) return isReadable;
  const shown = new Set(
    narrowing.flatMap((scope) => (scope === "email" ? ["email", "email_verified"] : ["phone_number", "phone_number_verified"])),
  );
  return (name) => shown.has(name) && isReadable(name);
}

/** Attribute values in the types tokens carry: booleans for the verified flags, strings for every `custom:`. */
export function attributeClaims(user: UserRecord, isShown: (attribute: string) => boolean): Record<string, unknown> {
  const shown = Object.entries(user.attributes).filter(([name]) => isShown(name) && name !== "identities");
  return Object.fromEntries(shown.map(([name, value]) => [name, toClaimValue(name, value)]));
}

function toClaimValue(name: string, value: string): unknown {
  if (name === "email_verified" || name === "phone_number_verified") return value === "true";
  if (name === "address") return { formatted: value };
  if (name === "updated_at") return Number(value);
  return value;
}

/** `at_hash` of OpenID Connect Core 3.1.3.6 for RS256. */
export function leftHalfHash(token: string): string {
  return createHash("sha256").update(token, "ascii").digest().subarray(0, 16).toString("base64url");
}
