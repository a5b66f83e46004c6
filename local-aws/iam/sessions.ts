import { AwsError } from "../platform/aws-error.ts";
import type { LocalAwsContext } from "../platform/service.ts";
import type { NamedPolicyDocument } from "./evaluate-policy.ts";
import type { IamRecords, RoleRecord, SessionRecord } from "./iam-records.ts";
import { randomId, randomSecret, randomSessionToken } from "./key-material.ts";
import type { AssumeRoleInput, Iam, Principal, SessionKeys } from "./principal.ts";
import { judgeTrust } from "./trust.ts";

/** Temporary keys and who they belong to. */
export interface Sessions {
  assumeRole(input: AssumeRoleInput, evaluate: Iam["evaluate"]): SessionKeys;
  /** The session unless it was revoked; an expired one too, so that its signer is told so. */
  live(accessKeyId: string): SessionRecord | undefined;
  principalOf(accessKeyId: string): Principal | undefined;
  /** Undefined when the session is as wide as its role. */
  policiesOf(accessKeyId: string): readonly NamedPolicyDocument[] | undefined;
  /** Ends the keys of an identity (default: of everybody) now, as time would have. Returns how many. */
  expire(identityId: string | undefined): number;
  /** Makes the keys unknown. Returns how many. */
  revoke(identityId: string | undefined): number;
}

const DAY_MS = 24 * 3600_000;

export function createSessions(context: LocalAwsContext, records: IamRecords): Sessions {
  const { sessions, roles } = records;
  const principals = new Map<string, Principal>();
  const policies = new WeakMap<SessionRecord, readonly NamedPolicyDocument[]>();
  const change = (identityId: string | undefined, next: (session: SessionRecord) => SessionRecord): number => {
    const chosen = sessions.values().filter(({ cognito }) => identityId === undefined || cognito?.identityId === identityId);
    for (const session of chosen) {
      sessions.put(session.accessKeyId, next(session));
      principals.delete(session.accessKeyId);
    }
    return chosen.length;
  };
  const live = (accessKeyId: string) => {
    const session = sessions.get(accessKeyId);
    return session?.isRevoked === true ? undefined : session;
  };
  forgetLongExpired(records, context.clock.nowMs());
  return {
    assumeRole: (input, evaluate) => {
      const role = roles.get(roleNameOf(input.roleArn));
      if (role?.arn !== input.roleArn || !isAdmitted(role, input, evaluate)) throw refusal(input);
      if (input.durationMs > role.sessionDurationMaxMs) {
        throw new AwsError("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400);
      }
      const session = createSession(role, input, context.clock.nowMs());
      sessions.put(session.accessKeyId, session);
      const { accessKeyId, secretAccessKey, sessionToken, expiresAtMs } = session;
      return { accessKeyId, secretAccessKey, sessionToken, expiresAtMs };
    },
    live,
    principalOf: (accessKeyId) => {
      const session = live(accessKeyId);
      if (session === undefined) return undefined;
      const known = principals.get(accessKeyId) ?? toPrincipal(session, roles.get(roleNameOf(session.roleArn)), context.accountId);
      if (known !== undefined) principals.set(accessKeyId, known);
      return known;
    },
    policiesOf: (accessKeyId) => {
      const session = sessions.get(accessKeyId);
      if (session?.sessionPolicies === undefined) return undefined;
      const known = policies.get(session) ?? session.sessionPolicies.map((document) => ({ policyName: "session policy", document }));
      policies.set(session, known);
      return known;
    },
    expire: (identityId) =>
      change(identityId, (session) => ({ ...session, expiresAtMs: Math.min(session.expiresAtMs, context.clock.nowMs()) })),
    revoke: (identityId) => change(identityId, (session) => ({ ...session, isRevoked: true })),
  };
}

/** The last part of the ARN; a role's path is not part of its name. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}

function isAdmitted(role: RoleRecord, { by, tags = {} }: AssumeRoleInput, evaluate: Iam["evaluate"]): boolean {
  if ("principal" in by && by.principal.kind === "root") return false;
  const verdict = judgeTrust(role.trustPolicy, by, Object.keys(tags));
  if (verdict !== "account" || !("principal" in by)) return verdict === "named";
  return evaluate(by.principal, { action: "sts:AssumeRole", resource: role.arn, context: {} }).decision === "allowed";
}

function refusal({ roleArn, by }: AssumeRoleInput): AwsError {
  if ("webIdentityProvider" in by) return new AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
  const who = "principal" in by ? by.principal.arn : by.service;
  return new AwsError("AccessDenied", `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`, 403);
}

function createSession(role: RoleRecord, input: AssumeRoleInput, nowMs: number): SessionRecord {
  const tags = Object.entries(input.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const);
  const web = "webIdentityProvider" in input.by ? { "aws:FederatedProvider": input.by.webIdentityProvider, ...input.by.context } : {};
  return {
    accessKeyId: randomId("ASIA"),
    secretAccessKey: randomSecret(),
    sessionToken: randomSessionToken(),
    expiresAtMs: nowMs + input.durationMs,
    roleArn: role.arn,
    sessionName: input.sessionName,
    context: { ...web, ...Object.fromEntries(tags), "aws:TokenIssueTime": new Date(nowMs).toISOString() },
    ...(input.cognito === undefined ? {} : { cognito: input.cognito }),
    ...(input.sessionPolicies === undefined ? {} : { sessionPolicies: input.sessionPolicies }),
  };
}

function toPrincipal(session: SessionRecord, role: RoleRecord | undefined, accountId: string): Principal | undefined {
  if (role === undefined) return undefined;
  const userId = `${role.id}:${session.sessionName}`;
  return {
    kind: "role",
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${session.sessionName}`,
    userId,
    accessKeyId: session.accessKeyId,
    context: { ...session.context, "aws:userid": userId, "aws:PrincipalArn": role.arn, "aws:PrincipalType": "AssumedRole" },
    expiresAtMs: session.expiresAtMs,
    ...(session.cognito === undefined ? {} : { cognito: session.cognito }),
  };
}

/** Keys a day past their end are forgotten at start, so that the store does not grow for ever. */
function forgetLongExpired({ sessions }: IamRecords, nowMs: number): void {
  for (const { accessKeyId, expiresAtMs } of sessions.values()) {
    if (expiresAtMs < nowMs - DAY_MS) sessions.delete(accessKeyId);
  }
}
