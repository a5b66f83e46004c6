import type { IncomingMessage } from "node:http";
import { AwsError } from "../platform/aws-error.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import { evaluatePolicies, parsePolicyDocument, type NamedPolicyDocument } from "./evaluate-policy.ts";
import { createIamResourceHandlers } from "./iam-resources.ts";
import { openIamRecords, type IamRecords, type IdentityRecord, type KeyRecord, type SessionRecord } from "./iam-records.ts";
import { randomId, randomSecret } from "./key-material.ts";
import type { PolicyDecision, PolicyDocument, PolicyRequest } from "./policy-document.ts";
import { createContextReader, layerContext, type ContextReader } from "./policy-text.ts";
import type { Iam, Principal } from "./principal.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { verifySigv4, type SignableRequest } from "./sigv4.ts";

export interface LongTermKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface IamService extends Iam, Service {
  /** Keys that may do everything; made once per install. */
  readonly rootKeys: LongTermKeys;
  /** Makes the user, or brings its policies up to date; its keys stay the same. Throws AwsError `MalformedPolicyDocument` or `NoSuchEntity`. */
  createUser(userName: string, policies: UserPolicies): LongTermKeys;
  readonly sessions: Sessions;
}

export interface UserPolicies {
  readonly inlinePolicies?: Readonly<Record<string, PolicyDocument>>;
  readonly managedPolicyArns?: readonly string[];
}

/** AWS Identity and Access Management, as far as the other services need it. All state is in `context.store`. */
export function createIam(context: LocalAwsContext): IamService {
  const records = openIamRecords(context.store);
  const rootKeys = ensureKeys(records, undefined);
  const sessions = createSessions(context, records);
  const readers = new WeakMap<Principal, ContextReader>();
  const principalOf = (accessKeyId: string) => toPrincipal(records, sessions, { accessKeyId, accountId: context.accountId });
  const evaluate = (principal: Principal, request: PolicyRequest): PolicyDecision => {
    if (principal.kind === "root") return { decision: "allowed" };
    const base = readers.get(principal) ?? createBaseReader(principal, context);
    readers.set(principal, base);
    return narrowed(policiesOf(records, principal), request, { base, sessionPolicies: sessions.policiesOf(principal.accessKeyId) });
  };
  return {
    rootKeys,
    sessions,
    authenticate: (request, body, services) => {
      const { accessKeyId } = verifySigv4(toSignable(request, body), {
        nowMs: context.clock.nowMs(),
        region: context.region,
        services,
        lookUpKey: (id) => records.keys.get(id) ?? sessions.live(id),
      });
      const principal = principalOf(accessKeyId);
      if (principal === undefined)
        throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
      return principal;
    },
    evaluate,
    authorize: (principal, request) => {
      const decision = evaluate(principal, request);
      if (decision.decision !== "allowed") throw accessDenied(principal, request, decision);
    },
    assumeRole: (input) => sessions.assumeRole(input, evaluate),
    principalOf,
    createUser: (userName, policies) => createUser(records, context.accountId, { userName, policies }),
    resourceHandlers: createIamResourceHandlers(context, records),
    controlVerbs: {
      "expire-keys": (input) => ({ keysCount: sessions.expire(identityIdOf(input)) }),
      "revoke-keys": (input) => ({ keysCount: sessions.revoke(identityIdOf(input)) }),
    },
  };
}

function identityIdOf(input: unknown): string | undefined {
  const identityId = typeof input === "object" && input !== null && "identityId" in input ? input.identityId : undefined;
  if (identityId !== undefined && typeof identityId !== "string")
    throw new AwsError("InvalidParameterException", "identityId must be a string");
  return identityId;
}

/** Duplicates and order as on the wire; header bytes read as UTF-8, which is what clients sign. */
function toSignable(request: IncomingMessage, body: Buffer | undefined): SignableRequest {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    headers.push([request.rawHeaders[index] ?? "", Buffer.from(request.rawHeaders[index + 1] ?? "", "latin1").toString("utf8")]);
  }
  return { method: request.method ?? "GET", target: request.url ?? "/", headers, body };
}

function ensureKeys(records: IamRecords, userName: string | undefined): LongTermKeys {
  const known = records.keys.values().find((key) => key.userName === userName);
  if (known !== undefined) return { accessKeyId: known.accessKeyId, secretAccessKey: known.secretAccessKey };
  const keys = { accessKeyId: randomId("AKIA"), secretAccessKey: randomSecret() };
  records.keys.put(keys.accessKeyId, userName === undefined ? keys : { ...keys, userName });
  return keys;
}

function createUser(
  records: IamRecords,
  accountId: string,
  { userName, policies }: { userName: string; policies: UserPolicies },
): LongTermKeys {
  const known = records.users.get(userName);
  const inlinePolicies = Object.fromEntries(
    Object.entries(policies.inlinePolicies ?? {}).map(([name, document]) => [name, parsePolicyDocument(document, "identity")]),
  );
  const user: IdentityRecord = {
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    id: known?.id ?? randomId("AIDA", 17),
    name: userName,
    inlinePolicies,
    managedPolicyArns: policies.managedPolicyArns ?? [],
  };
  records.policiesOf(user);
  records.users.put(userName, user);
  return ensureKeys(records, userName);
}

function toPrincipal(records: IamRecords, sessions: Sessions, of: { accessKeyId: string; accountId: string }): Principal | undefined {
  const key = records.keys.get(of.accessKeyId);
  if (key !== undefined) return longTermPrincipal(records, key, of.accountId);
  return sessions.principalOf(of.accessKeyId);
}

function longTermPrincipal(records: IamRecords, key: KeyRecord, accountId: string): Principal | undefined {
  const base = { accountId, accessKeyId: key.accessKeyId };
  if (key.userName === undefined) {
    const arn = `arn:aws:iam::${accountId}:root`;
    return { ...base, kind: "root", arn, userId: accountId, context: { "aws:PrincipalArn": arn, "aws:PrincipalType": "Account" } };
  }
  const user = records.users.get(key.userName);
  if (user === undefined) return undefined;
  const context = { "aws:username": user.name, "aws:userid": user.id, "aws:PrincipalArn": user.arn, "aws:PrincipalType": "User" };
  return { ...base, kind: "user", arn: user.arn, userId: user.id, context };
}

function policiesOf(records: IamRecords, principal: Principal): readonly NamedPolicyDocument[] {
  const arn = principal.context["aws:PrincipalArn"];
  const name = typeof arn === "string" ? arn.slice(arn.lastIndexOf("/") + 1) : "";
  const identity = principal.kind === "role" ? records.roles.get(name) : records.users.get(name);
  return identity === undefined ? [] : records.policiesOf(identity);
}

/** Keys that every request has. Source: IAM User Guide, "AWS global condition context keys". */
function createBaseReader(principal: Principal, { clock, region, accountId }: LocalAwsContext): ContextReader {
  const own = createContextReader({ "aws:PrincipalAccount": accountId, "aws:RequestedRegion": region, ...principal.context });
  const time: ContextReader = {
    get: (name) => {
      if (name === "aws:currenttime") return new Date(clock.nowMs()).toISOString();
      return name === "aws:epochtime" ? String(Math.floor(clock.nowMs() / 1000)) : undefined;
    },
  };
  return layerContext(own, time);
}

/** Identity policies, then what session policies leave of them; a deny in either wins. */
function narrowed(
  policies: readonly NamedPolicyDocument[],
  request: PolicyRequest,
  { base, sessionPolicies }: { base: ContextReader; sessionPolicies: readonly NamedPolicyDocument[] | undefined },
): PolicyDecision {
  const byIdentity = evaluatePolicies(policies, request, base);
  if (sessionPolicies === undefined || byIdentity.decision !== "allowed") return byIdentity;
  const bySession = evaluatePolicies(sessionPolicies, request, base);
  return bySession.decision === "allowed" ? byIdentity : bySession;
}

function accessDenied({ arn }: Principal, { action, resource }: PolicyRequest, { decision }: PolicyDecision): AwsError {
  const reason =
    decision === "explicitDeny"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  return new AwsError(
    "AccessDeniedException",
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    403,
  );
}

export type { SessionRecord };
