import { randomBytes } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../platform/aws-error.ts";
import type { LocalAwsContext } from "../platform/service.ts";
import type { ResourceHandler } from "../provisioning/resource-handler.ts";
import { parsePolicyDocument, type PolicyKind } from "./evaluate-policy.ts";
import type { CachedTable, IamRecords, IdentityRecord } from "./iam-records.ts";
import { randomId } from "./key-material.ts";
import type { PolicyDocument } from "./policy-document.ts";

const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));
const inline = z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() }));

/** Characters without white space. Source: IAM User Guide, "IAM and AWS STS quotas". */
const SIZE_MAX = { managed: 6144, inlineOfRole: 10_240, inlineOfUser: 2048, trust: 2048 } as const;

/** `AWS::IAM::Role`, `Policy`, `ManagedPolicy` and `User` of the template. */
export function createIamResourceHandlers(context: LocalAwsContext, records: IamRecords): Record<string, ResourceHandler> {
  return {
    "AWS::IAM::Role": roleHandler(context, records),
    "AWS::IAM::User": userHandler(context, records),
    "AWS::IAM::Policy": inlinePolicyHandler(records),
    "AWS::IAM::ManagedPolicy": managedPolicyHandler(context, records),
  };
}

function readPolicy(document: unknown, kind: PolicyKind, sizeMax: number): PolicyDocument {
  const policy = parsePolicyDocument(document, kind);
  if (sizeOf(policy) > sizeMax) throw new AwsError("LimitExceeded", `Cannot exceed quota for PolicySize: ${sizeMax}`, 409);
  return policy;
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).replace(/\s/g, "").length;
}

/** As CloudFormation names what the template leaves unnamed. */
function generatedName(logicalId: string): string {
  return `Thingdeck-${logicalId.slice(0, 40)}-${randomBytes(6).toString("hex").toUpperCase()}`;
}

function readInline(policies: z.infer<typeof inline> | undefined, sizeMax: number): Record<string, PolicyDocument> {
  const read = (policies ?? []).map(
    ({ PolicyName, PolicyDocument: document }) => [PolicyName, readPolicy(document, "identity", sizeMax)] as const,
  );
  return Object.fromEntries(read);
}

const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Description: z.string().max(1000).optional(),
  ManagedPolicyArns: z.array(z.string()).optional(),
  MaxSessionDuration: z.coerce.number().min(3600).max(43_200).optional(),
  Path: z.string().optional(),
  Policies: inline.optional(),
  RoleName: z.string().max(64).optional(),
  Tags: tags.optional(),
});

function roleHandler({ accountId }: LocalAwsContext, records: IamRecords): ResourceHandler {
  return {
    schema: roleSchema,
    apply: ({ logicalId, properties, physicalId }) => {
      const role = roleSchema.parse(properties);
      const name = role.RoleName ?? physicalId ?? generatedName(logicalId);
      const known = records.roles.get(name);
      const arn = `arn:aws:iam::${accountId}:role${role.Path ?? "/"}${name}`;
      const record = {
        arn,
        id: known?.id ?? randomId("AROA", 17),
        name,
        trustPolicy: readPolicy(role.AssumeRolePolicyDocument, "trust", SIZE_MAX.trust),
        sessionDurationMaxMs: (role.MaxSessionDuration ?? 3600) * 1000,
        inlinePolicies: readInline(role.Policies, SIZE_MAX.inlineOfRole),
        managedPolicyArns: role.ManagedPolicyArns ?? [],
      };
      records.policiesOf(record);
      records.roles.put(name, record);
      return { physicalId: name, attributes: { Arn: arn, RoleId: record.id } };
    },
    remove: ({ physicalId }) => {
      records.roles.delete(physicalId);
    },
  };
}

const userSchema = z.strictObject({
  UserName: z.string().max(64).optional(),
  Path: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).optional(),
  Policies: inline.optional(),
  Tags: tags.optional(),
});

function userHandler({ accountId }: LocalAwsContext, records: IamRecords): ResourceHandler {
  return {
    schema: userSchema,
    apply: ({ logicalId, properties, physicalId }) => {
      const user = userSchema.parse(properties);
      const name = user.UserName ?? physicalId ?? generatedName(logicalId);
      const arn = `arn:aws:iam::${accountId}:user${user.Path ?? "/"}${name}`;
      const record = {
        arn,
        id: records.users.get(name)?.id ?? randomId("AIDA", 17),
        name,
        inlinePolicies: readInline(user.Policies, SIZE_MAX.inlineOfUser),
        managedPolicyArns: user.ManagedPolicyArns ?? [],
      };
      records.policiesOf(record);
      records.users.put(name, record);
      return { physicalId: name, attributes: { Arn: arn } };
    },
    remove: ({ physicalId }) => {
      records.users.delete(physicalId);
    },
  };
}

const attachments = { Roles: z.array(z.string()).optional(), Users: z.array(z.string()).optional() };
const inlinePolicySchema = z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown(), ...attachments });

/** Every identity that a policy resource names, with the way to write it back. */
function identitiesOf(
  records: IamRecords,
  named: { Roles?: string[] | undefined; Users?: string[] | undefined },
): (() => {
  identity: IdentityRecord;
  put: (next: Partial<IdentityRecord>) => void;
})[] {
  const of =
    <Identity extends IdentityRecord>(table: CachedTable<Identity>, name: string) =>
    () => {
      const identity = table.get(name);
      if (identity === undefined) throw new AwsError("NoSuchEntity", `The role or user with name ${name} cannot be found.`, 404);
      return {
        identity,
        put: (next: Partial<IdentityRecord>) => {
          table.put(name, { ...identity, ...next });
        },
      };
    };
  return [...(named.Roles ?? []).map((name) => of(records.roles, name)), ...(named.Users ?? []).map((name) => of(records.users, name))];
}

function everyIdentity(records: IamRecords): ReturnType<typeof identitiesOf> {
  return identitiesOf(records, {
    Roles: records.roles.values().map(({ name }) => name),
    Users: records.users.values().map(({ name }) => name),
  });
}

function inlinePolicyHandler(records: IamRecords): ResourceHandler {
  const detach = (policyName: string) => {
    for (const find of everyIdentity(records)) {
      const { identity, put } = find();
      if (!(policyName in identity.inlinePolicies)) continue;
      put({ inlinePolicies: Object.fromEntries(Object.entries(identity.inlinePolicies).filter(([name]) => name !== policyName)) });
    }
  };
  return {
    schema: inlinePolicySchema,
    apply: ({ properties, physicalId }) => {
      const policy = inlinePolicySchema.parse(properties);
      const document = readPolicy(policy.PolicyDocument, "identity", SIZE_MAX.inlineOfRole);
      if (physicalId !== undefined) detach(physicalId);
      for (const find of identitiesOf(records, policy)) {
        const { identity, put } = find();
        const inlinePolicies = { ...identity.inlinePolicies, [policy.PolicyName]: document };
        if (sizeOf(Object.values(inlinePolicies)) > SIZE_MAX.inlineOfRole) {
          throw new AwsError("LimitExceeded", `Maximum policy size of ${SIZE_MAX.inlineOfRole} bytes exceeded for ${identity.name}`, 409);
        }
        put({ inlinePolicies });
      }
      return { physicalId: policy.PolicyName, attributes: { Id: policy.PolicyName } };
    },
    remove: ({ physicalId }) => {
      detach(physicalId);
    },
  };
}

const managedPolicySchema = z.strictObject({
  ManagedPolicyName: z.string().max(128).optional(),
  Description: z.string().max(1000).optional(),
  Path: z.string().optional(),
  PolicyDocument: z.unknown(),
  ...attachments,
});

function managedPolicyHandler({ accountId }: LocalAwsContext, records: IamRecords): ResourceHandler {
  const attachedTo = (identity: IdentityRecord, arn: string, isAttached: boolean) => {
    const others = identity.managedPolicyArns.filter((one) => one !== arn);
    return { managedPolicyArns: isAttached ? [...others, arn] : others };
  };
  const detach = (arn: string) => {
    for (const find of everyIdentity(records)) {
      const { identity, put } = find();
      if (identity.managedPolicyArns.includes(arn)) put(attachedTo(identity, arn, false));
    }
  };
  return {
    schema: managedPolicySchema,
    apply: ({ logicalId, properties, physicalId }) => {
      const policy = managedPolicySchema.parse(properties);
      const name = policy.ManagedPolicyName ?? physicalId?.split("/").at(-1) ?? generatedName(logicalId);
      const arn = `arn:aws:iam::${accountId}:policy${policy.Path ?? "/"}${name}`;
      records.managedPolicies.put(arn, { arn, name, document: readPolicy(policy.PolicyDocument, "identity", SIZE_MAX.managed) });
      for (const find of identitiesOf(records, policy)) {
        const { identity, put } = find();
        put(attachedTo(identity, arn, true));
      }
      return { physicalId: arn, attributes: { PolicyArn: arn } };
    },
    remove: ({ physicalId }) => {
      detach(physicalId);
      records.managedPolicies.delete(physicalId);
    },
  };
}
