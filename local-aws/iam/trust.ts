import { compilePolicy } from "./evaluate-policy.ts";
import type { AssumeRoleInput, Principal } from "./principal.ts";
import type { PolicyDocument, PolicyStatement } from "./policy-document.ts";
import { createContextReader } from "./policy-text.ts";

/** `named`: the trust policy names the caller itself; `account`: it trusts the account, so the caller's own policies decide. */
export type TrustVerdict = "named" | "account" | "refused";

const NO_RESOURCE = { arn: "", parts: undefined };

/** Does the role's trust policy admit the caller to `actions` (all of them)? An explicit deny wins. */
export function judgeTrust(trustPolicy: PolicyDocument, by: AssumeRoleInput["by"], tags: readonly string[]): TrustVerdict {
  const statements = compilePolicy(trustPolicy, "trust");
  const context = createContextReader("principal" in by ? by.principal.context : (by.context ?? {}));
  const assume = "webIdentityProvider" in by ? "sts:assumerolewithwebidentity" : "sts:assumerole";
  const verdicts = [assume, ...(tags.length > 0 ? ["sts:tagsession"] : [])].map((action): TrustVerdict => {
    const applying = statements.flatMap(({ statement, isMatch }) => {
      const match = matchPrincipal(statement, by);
      return match !== undefined && isMatch(action, NO_RESOURCE, context) ? [{ statement, match }] : [];
    });
    if (applying.some(({ statement }) => statement.Effect === "Deny")) return "refused";
    if (applying.some(({ match }) => match === "named")) return "named";
    return applying.length > 0 ? "account" : "refused";
  });
  return verdicts.includes("refused") ? "refused" : (verdicts[0] ?? "refused");
}

function matchPrincipal({ Principal: trusted }: PolicyStatement, by: AssumeRoleInput["by"]): "named" | "account" | undefined {
  if (trusted === undefined) return undefined;
  const ofKind = (kind: string): readonly string[] => {
    if (trusted === "*") return ["*"];
    const value = trusted[kind];
    if (value === undefined) return [];
    return typeof value === "string" ? [value] : value;
  };
  if ("service" in by) return trusted !== "*" && ofKind("Service").includes(by.service) ? "named" : undefined;
  if ("webIdentityProvider" in by) return trusted !== "*" && ofKind("Federated").includes(by.webIdentityProvider) ? "named" : undefined;
  return matchAccount(ofKind("AWS"), by.principal);
}

function matchAccount(trusted: readonly string[], { accountId, arn, context }: Principal): "named" | "account" | undefined {
  const roleArn = context["aws:PrincipalArn"];
  if (trusted.some((one) => one === arn || one === roleArn)) return "named";
  const isAccount = trusted.some((one) => one === "*" || one === accountId || one === `arn:aws:iam::${accountId}:root`);
  return isAccount ? "account" : undefined;
}
