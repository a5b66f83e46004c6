import { z } from "zod";
import type { GroupRecord, UserRecord } from "../directory/records.ts";

/** `[{Name, Value}]` of the API. */
export const attributeList = z.array(z.object({ Name: z.string().min(1), Value: z.string().default("") }));

export function fromAttributeList(list: z.infer<typeof attributeList> = []): Record<string, string> {
  return Object.fromEntries(list.map(({ Name: name, Value: value }) => [name, value]));
}

export function toAttributeList(user: UserRecord, isShown: (name: string) => boolean = () => true): { Name: string; Value: string }[] {
  const identities = (user.identities ?? []).map((identity) => ({
    userId: identity.userId,
    providerName: identity.providerName,
    providerType: identity.providerType,
    issuer: null,
    primary: true,
    dateCreated: identity.createdAtMs,
  }));
  return [
    { Name: "sub", Value: user.sub },
    ...Object.entries(user.attributes)
      .filter(([name]) => isShown(name))
      .map(([name, value]) => ({ Name: name, Value: value })),
    ...(identities.length === 0 ? [] : [{ Name: "identities", Value: JSON.stringify(identities) }]),
  ];
}

/** The protocol sends times as epoch seconds with a fraction. */
export function toTimestamp(ms: number): number {
  return ms / 1000;
}

/** What AdminGetUser and ListUsers say of a user beside the attributes. */
export function userFacts(user: UserRecord): Record<string, unknown> {
  return {
    Username: user.username,
    UserCreateDate: toTimestamp(user.createdAtMs),
    UserLastModifiedDate: toTimestamp(user.modifiedAtMs),
    Enabled: user.isEnabled,
    UserStatus: user.status,
  };
}

/** The two members that tell whether TOTP is on. */
export function mfaFacts(user: UserRecord): Record<string, unknown> {
  return user.totp?.isVerified === true && user.totp.isOn
    ? { PreferredMfaSetting: "SOFTWARE_TOKEN_MFA", UserMFASettingList: ["SOFTWARE_TOKEN_MFA"] }
    : {};
}

export function toUserType(user: UserRecord): Record<string, unknown> {
  return { ...userFacts(user), Attributes: toAttributeList(user) };
}

export function toGroupType(group: GroupRecord): Record<string, unknown> {
  return {
    GroupName: group.name,
    UserPoolId: group.poolId,
    ...(group.description === undefined ? {} : { Description: group.description }),
    ...(group.roleArn === undefined ? {} : { RoleArn: group.roleArn }),
    ...(group.precedence === undefined ? {} : { Precedence: group.precedence }),
    CreationDate: toTimestamp(group.createdAtMs),
    LastModifiedDate: toTimestamp(group.modifiedAtMs),
  };
}
