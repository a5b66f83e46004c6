import type { Iam, SessionKeys } from "../../iam/principal.ts";
import type { LocalAwsContext } from "../../platform/service.ts";

/** The roles that rules act in; their policies are asked before anything is done. */
export interface RuleRoles {
  keys(roleArn: string): SessionKeys;
  /** Throws an Error with IAM's refusal. */
  authorize(roleArn: string, action: string, resource: string): void;
}

const LIFETIME_MS = 3_600_000;
const RENEW_BEFORE_MS = 300_000;

export function createRuleRoles({ accountId, clock }: LocalAwsContext, iam: Iam): RuleRoles {
  const sessions = new Map<string, SessionKeys>();
  const keys = (roleArn: string): SessionKeys => {
    const known = sessions.get(roleArn);
    if (known !== undefined && known.expiresAtMs - RENEW_BEFORE_MS > clock.nowMs()) return known;
    const by = { service: "iot.amazonaws.com", context: { "aws:SourceAccount": accountId } };
    const fresh = iam.assumeRole({ roleArn, sessionName: "iot-rule", durationMs: LIFETIME_MS, by });
    sessions.set(roleArn, fresh);
    return fresh;
  };
  return {
    keys,
    authorize: (roleArn, action, resource) => {
      const principal = iam.principalOf(keys(roleArn).accessKeyId);
      if (principal === undefined) throw new Error(`the role ${roleArn} cannot be assumed`);
      iam.authorize(principal, { action, resource, context: {} });
    },
  };
}
