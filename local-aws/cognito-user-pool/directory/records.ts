/** What the user pool keeps on disk, one record kind per store table. */

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requiresLowercase: boolean;
  readonly requiresUppercase: boolean;
  readonly requiresNumbers: boolean;
  readonly requiresSymbols: boolean;
  readonly temporaryPasswordValidityDays: number;
}

/** One user attribute the pool knows; `name` carries `custom:` where it applies. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: "String" | "Number" | "Boolean" | "DateTime";
  readonly isRequired: boolean;
  readonly isMutable: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface PoolRecord {
  readonly poolId: string;
  readonly name: string;
  readonly passwordPolicy: PasswordPolicy;
  readonly isSignUpAllowed: boolean;
  /** Attributes that work as a second sign-in name beside the username. */
  readonly aliasAttributes: readonly string[];
  /** Attributes that replace the username at sign-up. */
  readonly usernameAttributes: readonly string[];
  readonly autoVerifiedAttributes: readonly string[];
  /** Attributes that keep their old value until the new one is verified. */
  readonly verifiedBeforeUpdate: readonly string[];
  readonly isCaseSensitive: boolean;
  readonly mfa: "OFF" | "ON" | "OPTIONAL";
  readonly isTotpEnabled: boolean;
  /** False when only an administrator may reset a password. */
  readonly isSelfRecoveryAllowed: boolean;
  readonly attributes: readonly AttributeDefinition[];
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export interface ClientRecord {
  readonly clientId: string;
  readonly poolId: string;
  readonly name: string;
  readonly secret?: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly isOAuthOn: boolean;
  readonly oauthFlows: readonly ("code" | "implicit")[];
  readonly oauthScopes: readonly string[];
  readonly identityProviders: readonly string[];
  /** `ALLOW_…` names. */
  readonly authFlows: readonly string[];
  /** Undefined: every attribute, as AWS does. */
  readonly readAttributes?: readonly string[];
  readonly writeAttributes?: readonly string[];
  readonly isUserExistenceHidden: boolean;
  readonly isRevocationOn: boolean;
  readonly idTokenLifetimeMs: number;
  readonly accessTokenLifetimeMs: number;
  readonly refreshTokenLifetimeMs: number;
  readonly challengeLifetimeMs: number;
  /** Present when every refresh hands out a new refresh token. */
  readonly rotation?: { readonly graceMs: number };
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export interface DomainRecord {
  readonly poolId: string;
  readonly domain: string;
}

export interface GroupRecord {
  readonly poolId: string;
  readonly name: string;
  readonly description?: string;
  /** Lower wins. */
  readonly precedence?: number;
  readonly roleArn?: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export interface IdentityProviderRecord {
  readonly poolId: string;
  readonly name: string;
  readonly type: "OIDC";
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  /** Pool attribute -> provider claim. */
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly identifiers: readonly string[];
}

export type UserStatus = "UNCONFIRMED" | "CONFIRMED" | "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED" | "EXTERNAL_PROVIDER";

/** A person's link to an identity provider, as the `identities` claim lists it. */
export interface FederatedIdentity {
  readonly userId: string;
  readonly providerName: string;
  readonly providerType: string;
  readonly createdAtMs: number;
}

export interface UserRecord {
  readonly poolId: string;
  readonly sub: string;
  readonly username: string;
  readonly status: UserStatus;
  readonly isEnabled: boolean;
  /** `sub` is not in here. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /** scrypt, in the form of password-hash.ts. */
  readonly passwordHash?: string;
  /** Salt and verifier for USER_SRP_AUTH, hexadecimal. */
  readonly srp?: { readonly salt: string; readonly verifier: string };
  /** Counts while the status is FORCE_CHANGE_PASSWORD. */
  readonly temporaryPasswordExpiresAtMs?: number;
  /** A new address waits here until its code is given back, where the pool asks for that. */
  readonly pendingAttributes?: Readonly<Record<string, string>>;
  readonly totp?: { readonly secret: string; readonly isVerified: boolean; readonly isOn: boolean; readonly lastStep?: number };
  readonly identities?: readonly FederatedIdentity[];
  /** Raised by a global sign-out; a sign-in of an earlier epoch is over. */
  readonly signInEpoch: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}
