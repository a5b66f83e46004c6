import type { Role } from "../session/viewer.ts";
import type { NamedPolicy, PolicyStatement } from "./policy-statements.ts";

const ROOTS = ["dt", "st", "fleet"];
const OWN_DASHBOARDS = "client/${cognito-identity.amazonaws.com:sub}-*";

const allow = (Action: string, Resource: string[]): PolicyStatement => ({ Effect: "Allow", Action: [Action], Resource });

/**
 * What the deployed roles say (infra/constructs/identity-pool.ts), restated because the web server may not read IAM; tests/infra compares
 * them with the template. It explains only: the broker decides by the deployed role.
 */
export function rolePolicies(role: Role, guestSite: string | undefined): NamedPolicy[] {
  const scope = role === "guest" ? `${guestSite ?? ""}/*` : "*";
  const reading = [
    allow("iot:Connect", [OWN_DASHBOARDS]),
    allow(
      "iot:Subscribe",
      ROOTS.map((root) => `topicfilter/${root}/${scope}`),
    ),
    allow(
      "iot:Receive",
      ROOTS.map((root) => `topic/${root}/${scope}`),
    ),
  ];
  return [{ name: role === "guest" ? "guest role" : "viewer role", kind: "role", statements: reading }];
}

/** What an admin's second set of keys may do; they never leave the server. */
export const CONTROL_ROLE: NamedPolicy = {
  name: "control role",
  kind: "role",
  statements: [
    { Effect: "Allow", Action: ["iot:GetThingShadow", "iot:UpdateThingShadow"], Resource: ["thing/*"] },
    { Effect: "Deny", Action: ["iot:GetThingShadow", "iot:UpdateThingShadow"], Resource: ["thing/*/*"] },
  ],
};
