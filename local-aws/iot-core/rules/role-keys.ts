import type { Iam, Principal, SessionKeys } from "../../iam/principal.ts";

/** Keys are asked for anew this long before they end. */
const RENEW_BEFORE_MS = 5 * 60_000;
const DURATION_MS = 3_600_000;

export interface RoleKeys {
  /** Live keys of a role that trusts `iot.amazonaws.com`. Throws AwsError when it does not. */
  keys(roleArn: string): SessionKeys;
  /** Throws an Error in AWS's words unless the role may do `action` on `resource`. */
  authorize(roleArn: string, action: string, resource: string): void;
}

/** The roles that rules act in, each assumed once an hour. */
export function createRoleKeys(iam: Iam, accountId: string, nowMs: () => number): RoleKeys {
  const known = new Map<string, SessionKeys>();
  const keys = (roleArn: string): SessionKeys => {
    const live = known.get(roleArn);
    if (live !== undefined && live.expiresAtMs - nowMs() > RENEW_BEFORE_MS && iam.principalOf(live.accessKeyId) !== undefined) return live;
    const by = { service: "iot.amazonaws.com", context: { "aws:SourceAccount": accountId } };
    const fresh = iam.assumeRole({ roleArn, sessionName: "IotRulesEngine", durationMs: DURATION_MS, by });
    known.set(roleArn, fresh);
    return fresh;
  };
  return {
    keys,
    authorize: (roleArn, action, resource) => {
      iam.authorize(requirePrincipal(iam, keys(roleArn), roleArn), { action, resource, context: {} });
    },
  };
}

function requirePrincipal(iam: Iam, { accessKeyId }: SessionKeys, roleArn: string): Principal {
  const principal = iam.principalOf(accessKeyId);
  if (principal === undefined) throw new Error(`The keys of ${roleArn} are not valid any more`);
  return principal;
}
