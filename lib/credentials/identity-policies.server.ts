import "server-only";
import { AttachPolicyCommand, DetachPolicyCommand, type IoTClient, paginateListAttachedPolicies } from "@aws-sdk/client-iot";
import type { IdentityRow, IdentityStore } from "./identity-store.server.ts";
import { isOurPolicy } from "./site-policies.ts";

export interface PolicyChange {
  /** The row after the change. */
  row: IdentityRow;
  hasAttached: boolean;
  hasDetached: boolean;
}

/** What an identity should have attached, by the groups of an ID token of this age (`iat`, seconds). */
export interface WantedPolicies {
  names: readonly string[];
  issuedS: number;
}

export interface IdentityPolicies {
  /** Attaches and detaches what differs from `wanted`, as recorded; does nothing (and asks nobody) when nothing differs. */
  settle(subject: string, row: IdentityRow, wanted: WantedPolicies): Promise<PolicyChange>;
  /** The same, but judged by what AWS IoT says is attached: repairs a record that is wrong. */
  repair(subject: string, row: IdentityRow, wanted: WantedPolicies): Promise<PolicyChange>;
  attachedNames(identityId: string): Promise<string[]>;
}

/** AttachPolicy allows 15 calls a second per account (AWS.md C.2), so what is attached is recorded and asked for only in doubt. */
export function createIdentityPolicies(iot: IoTClient, store: IdentityStore): IdentityPolicies {
  const attachedNames = async (target: string) => {
    const names: string[] = [];
    for await (const page of paginateListAttachedPolicies({ client: iot }, { target })) {
      names.push(...(page.policies ?? []).flatMap(({ policyName }) => policyName ?? []));
    }
    return names;
  };
  const apply = async (subject: string, row: IdentityRow, { names, issuedS }: WantedPolicies): Promise<PolicyChange> => {
    const missing = names.filter((name) => row.policies[name] === undefined);
    const extra = Object.keys(row.policies).filter((name) => !names.includes(name) && isOurPolicy(name));
    // Another session's newer token has taken groups away: an older one must not bring them back.
    const isOutdated = issuedS < row.groupsIssuedS;
    if (isOutdated || (missing.length === 0 && extra.length === 0)) return { row, hasAttached: false, hasDetached: false };
    const target = row.identityId;
    await Promise.all(missing.map((policyName) => iot.send(new AttachPolicyCommand({ policyName, target }))));
    await Promise.all(extra.map((policyName) => iot.send(new DetachPolicyCommand({ policyName, target }))));
    const nowMs = Date.now();
    const change = { policies: Object.fromEntries(names.map((name) => [name, row.policies[name] ?? nowMs])), groupsIssuedS: issuedS };
    await store.savePolicies(subject, change);
    return { row: { ...row, ...change }, hasAttached: missing.length > 0, hasDetached: extra.length > 0 };
  };
  return {
    settle: apply,
    async repair(subject, row, wanted) {
      const names = await attachedNames(row.identityId);
      const policies = Object.fromEntries(names.map((name) => [name, row.policies[name] ?? 0]));
      return await apply(subject, { ...row, policies }, wanted);
    },
    attachedNames,
  };
}
