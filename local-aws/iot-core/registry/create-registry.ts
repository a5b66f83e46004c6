import type { LocalAwsContext, Service } from "../../platform/service.ts";
import { invalidRequest, notFound } from "./errors.ts";
import { isIdentityId } from "./arns.ts";
import { openCertificateAuthority, type CertificateAuthority } from "./certificate-authority.ts";
import { createCertificates, type Certificates } from "./certificates.ts";
import { Policies } from "./policies.ts";
import type { NamedPolicy, RegistryReader } from "./registry.ts";
import { registryResourceHandlers } from "./registry-resources.ts";
import type { RegistryScope } from "./registry-scope.ts";
import { ThingGroups } from "./thing-groups.ts";
import { Things } from "./things.ts";
import { createThingTypes, type ThingTypes } from "./thing-types.ts";

/** The AWS IoT registry: what the broker reads, and everything the control plane writes. */
export interface Registry extends RegistryReader, RegistryWrites, Service {
  readonly certificateAuthority: CertificateAuthority;
  /** Counts up with every change of any kind, so that readers may keep what they derived. */
  readonly generation: number;
}

/** Its write methods; each is in the store when it returns. */
export interface RegistryWrites {
  readonly things: Things;
  readonly thingTypes: ThingTypes;
  readonly thingGroups: ThingGroups;
  readonly policies: Policies;
  readonly certificates: Certificates;
  /** AttachPolicy: the target is an identity id, a certificate ARN or a thing group ARN. */
  attachPolicy(policyName: string, target: string): void;
  detachPolicy(policyName: string, target: string): void;
  /** AttachThingPrincipal: the principal is an identity id or the ARN of a known certificate. */
  attachThingPrincipal(thingName: string, principal: string): void;
  detachThingPrincipal(thingName: string, principal: string): void;
  addThingToGroup(groupName: string, thingName: string): void;
  /** Removes a thing and its group memberships. */
  deleteThing(thingName: string, expectedVersion?: number): void;
}

/** Opens the registry kept in the context's store. The caller shares it between broker, control plane and rules. */
export async function createRegistry(ctx: LocalAwsContext): Promise<Registry> {
  let generation = 0;
  const scope: RegistryScope = {
    region: ctx.region,
    accountId: ctx.accountId,
    store: ctx.store,
    nowMs: () => ctx.clock.nowMs(),
    changed: () => {
      generation += 1;
    },
  };
  const certificateAuthority = await openCertificateAuthority(ctx.store, scope.nowMs);
  const thingTypes: ThingTypes = createThingTypes(scope, (name) => things.list().some(({ thingTypeName }) => thingTypeName === name));
  const things: Things = new Things(scope, thingTypes);
  const thingGroups = new ThingGroups(scope);
  const policies = new Policies(scope);
  const certificates = createCertificates(
    scope,
    certificateAuthority,
    (arn) => policies.attachedTo(arn).length > 0 || things.namesOf(arn).length > 0,
  );
  const parts = { things, thingTypes, thingGroups, policies, certificates };
  const writes: RegistryWrites = { ...parts, ...createAttachments(scope, parts) };
  return {
    ...writes,
    ...createReads(parts),
    certificateAuthority,
    deviceCaPem: certificateAuthority.certificatePem,
    resourceHandlers: registryResourceHandlers(writes),
    get generation() {
      return generation;
    },
    get policyGeneration() {
      return generation;
    },
  };
}

type Parts = Pick<RegistryWrites, "things" | "thingTypes" | "thingGroups" | "policies" | "certificates">;

function createReads({
  things,
  thingGroups,
  policies,
  certificates,
}: Parts): Pick<RegistryReader, "thing" | "certificate" | "thingsOf" | "policiesOf"> {
  const named = (target: string): NamedPolicy[] =>
    policies.attachedTo(target).map((policy) => ({ policyName: policy.policyName, document: policies.document(policy) }));
  /** A thing inherits the policies of its groups and of the groups above them. */
  const groupArns = (thingName: string) =>
    thingGroups.groupsOf(thingName).flatMap((group) => [...thingGroups.ancestors(group), group].map(({ groupArn }) => groupArn));
  return {
    thing: (thingName) => things.find(thingName),
    certificate: certificates.find,
    thingsOf: (principal) => things.namesOf(principal).flatMap((name) => things.find(name) ?? []),
    policiesOf: (target) => {
      const inherited = things.namesOf(target).flatMap(groupArns);
      const group = thingGroups.list().find(({ groupArn }) => groupArn === target);
      const above = group === undefined ? [] : thingGroups.ancestors(group).map(({ groupArn }) => groupArn);
      const byName = new Map([target, ...inherited, ...above].flatMap(named).map((policy) => [policy.policyName, policy]));
      return [...byName.values()];
    },
  };
}

type Attachments = Pick<
  RegistryWrites,
  "attachPolicy" | "detachPolicy" | "attachThingPrincipal" | "detachThingPrincipal" | "addThingToGroup" | "deleteThing"
>;

function createAttachments(scope: RegistryScope, { things, thingGroups, policies, certificates }: Parts): Attachments {
  const requirePrincipal = (principal: string) => {
    if (isIdentityId(principal)) return;
    const certificateId = /^arn:aws:iot:[^:]+:\d{12}:cert\/([0-9a-f]+)$/.exec(principal)?.[1];
    if (certificateId === undefined) throw invalidRequest(`Invalid principal: ${principal}`);
    certificates.require(certificateId);
  };
  const requireTarget = (target: string) => {
    const group = thingGroups.list().find(({ groupArn }) => groupArn === target);
    if (group !== undefined) return;
    if (target.includes(":thinggroup/")) throw notFound(`Thing group ${target} does not exist`);
    requirePrincipal(target);
  };
  return {
    attachPolicy: (policyName, target) => {
      requireTarget(target);
      policies.attach(policyName, target);
    },
    detachPolicy: (policyName, target) => policies.detach(policyName, target),
    attachThingPrincipal: (thingName, principal) => {
      requirePrincipal(principal);
      things.attachPrincipal(thingName, principal);
    },
    detachThingPrincipal: (thingName, principal) => things.detachPrincipal(thingName, principal),
    addThingToGroup: (groupName, thingName) => {
      things.require(thingName);
      thingGroups.addThing(groupName, thingName);
    },
    deleteThing: (thingName, expectedVersion) =>
      scope.store.transaction(() => {
        things.delete(thingName, expectedVersion);
        for (const { groupName } of thingGroups.groupsOf(thingName)) thingGroups.removeThing(groupName, thingName);
      }),
  };
}
