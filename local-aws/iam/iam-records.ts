import { AwsError } from "../platform/aws-error.ts";
import type { Store, Table } from "../platform/store.ts";
import { awsManagedPolicy } from "./aws-managed-policies.ts";
import type { NamedPolicyDocument } from "./evaluate-policy.ts";
import type { CognitoPrincipal } from "./principal.ts";
import type { PolicyDocument } from "./policy-document.ts";

/** A role or a user: the policies in it and the managed ones attached to it, by ARN. */
export interface IdentityRecord {
  readonly arn: string;
  /** `AROA…` or `AIDA…` */
  readonly id: string;
  readonly name: string;
  readonly inlinePolicies: Readonly<Record<string, PolicyDocument>>;
  readonly managedPolicyArns: readonly string[];
}

export interface RoleRecord extends IdentityRecord {
  readonly trustPolicy: PolicyDocument;
  readonly sessionDurationMaxMs: number;
}

export interface ManagedPolicyRecord {
  readonly arn: string;
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface KeyRecord {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Absent for the account's root keys. */
  readonly userName?: string;
}

export interface SessionRecord {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAtMs: number;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly cognito?: CognitoPrincipal;
  readonly sessionPolicies?: readonly PolicyDocument[];
  readonly isRevoked?: boolean;
}

/** A table held in memory too: a signature check or a policy decision never waits for SQLite. */
export interface CachedTable<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  delete(key: string): void;
  values(): readonly Value[];
}

export interface IamRecords {
  readonly roles: CachedTable<RoleRecord>;
  readonly users: CachedTable<IdentityRecord>;
  readonly managedPolicies: CachedTable<ManagedPolicyRecord>;
  readonly keys: CachedTable<KeyRecord>;
  readonly sessions: CachedTable<SessionRecord>;
  /** All identity policies of a role or user, in a stable order; throws AwsError `NoSuchEntity` for a dangling attachment. */
  policiesOf(identity: IdentityRecord): readonly NamedPolicyDocument[];
}

export function openIamRecords(store: Store): IamRecords {
  const managedPolicies = cached(store.table<ManagedPolicyRecord>("iam-managed-policies"));
  const policiesByIdentity = new WeakMap<IdentityRecord, readonly NamedPolicyDocument[]>();
  const managed = (arn: string): NamedPolicyDocument => {
    const document = managedPolicies.get(arn)?.document ?? awsManagedPolicy(arn);
    if (document === undefined) throw new AwsError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404);
    return { policyName: arn, document };
  };
  return {
    roles: cached(store.table<RoleRecord>("iam-roles")),
    users: cached(store.table<IdentityRecord>("iam-users")),
    managedPolicies,
    keys: cached(store.table<KeyRecord>("iam-access-keys")),
    sessions: cached(store.table<SessionRecord>("iam-sessions")),
    policiesOf: (identity) => {
      const known = policiesByIdentity.get(identity);
      if (known !== undefined && identity.managedPolicyArns.every((arn) => known.some((one) => one.document === managed(arn).document))) {
        return known;
      }
      const policies = [
        ...Object.entries(identity.inlinePolicies).map(([policyName, document]) => ({ policyName, document })),
        ...identity.managedPolicyArns.map(managed),
      ];
      policiesByIdentity.set(identity, policies);
      return policies;
    },
  };
}

function cached<Value>(table: Table<Value>): CachedTable<Value> {
  const rows = new Map(table.entries());
  return {
    get: (key) => rows.get(key),
    put: (key, value) => {
      table.put(key, value);
      rows.set(key, value);
    },
    delete: (key) => {
      table.delete(key);
      rows.delete(key);
    },
    values: () => [...rows.values()],
  };
}
