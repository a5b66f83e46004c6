import type { Role } from "../session/viewer.ts";

const SITE_PREFIX = "thingdeck-site-";
const ALL_SITES = "thingdeck-all-sites";
const CONTROL = "thingdeck-control";

export interface PolicyHolder {
  groups: readonly string[];
  sites: readonly { id: string }[];
  role: Role;
}

/** The IoT policies an identity must have, no more and no fewer: by its sites, and for switching (DESIGN.md 2.6). Guests have none (AWS.md C.1). */
export function wantedPolicies({ groups, sites, role }: PolicyHolder): string[] {
  if (role === "guest" || sites.length === 0) return [];
  const reading = groups.includes("all-sites") ? [ALL_SITES] : sites.map(({ id }) => `${SITE_PREFIX}${id}`);
  return role === "admin" ? [...reading, CONTROL] : reading;
}

/** True for policies that this product attaches and may therefore detach; others on the identity are somebody else's. */
export function isOurPolicy(policyName: string): boolean {
  return policyName.startsWith(SITE_PREFIX) || policyName === ALL_SITES || policyName === CONTROL;
}
