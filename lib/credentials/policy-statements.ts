import { z } from "zod";

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statementSchema = z.object({ Effect: z.enum(["Allow", "Deny"]), Action: list, Resource: list });
const documentSchema = z.object({ Statement: z.union([statementSchema, z.array(statementSchema)]).transform((value) => [value].flat()) });

/** One statement of a policy document; what it allows or denies, as AWS spells it. */
export type PolicyStatement = z.infer<typeof statementSchema>;

/** A policy that takes part in a decision: the role's own, or one attached to the identity. */
export interface NamedPolicy {
  name: string;
  kind: "role" | "attached";
  statements: PolicyStatement[];
}

export interface Decision {
  isAllowed: boolean;
  /** The policy that decided and the statement in it; a refusal without one means that nothing allows it. */
  by: { policyName: string; kind: NamedPolicy["kind"]; statement?: PolicyStatement };
}

/** The statements of a policy document's JSON text; empty when it is not one. */
export function parseStatements(policyDocument: string): PolicyStatement[] {
  try {
    const parsed = documentSchema.safeParse(JSON.parse(policyDocument));
    return parsed.success ? parsed.data.Statement : [];
  } catch {
    return [];
  }
}

/** A request as AWS IoT judges it: `iot:Subscribe` on `topicfilter/dt/harbor/#` (the part of the ARN after the account). */
export interface AccessQuestion {
  action: string;
  resource: string;
}

/**
 * Answers as AWS IoT does for a signed-in identity: the role AND the attached policies must allow, and any Deny wins (AWS.md C.1).
 * A guest has no attached policies and the role alone decides. It explains; the broker's own decision is the one that counts.
 */
export function decide(question: AccessQuestion, policies: readonly NamedPolicy[], identityId: string): Decision {
  const kinds = policies.some(({ kind }) => kind === "attached") ? (["role", "attached"] as const) : (["role"] as const);
  let decision: Decision | undefined;
  for (const kind of kinds) {
    decision = decideAmong(
      question,
      policies.filter((policy) => policy.kind === kind),
      identityId,
    ) ?? {
      isAllowed: false,
      by: { policyName: policies.find((policy) => policy.kind === kind)?.name ?? "", kind },
    };
    if (!decision.isAllowed) return decision;
  }
  return decision ?? { isAllowed: false, by: { policyName: "", kind: "role" } };
}

function decideAmong(question: AccessQuestion, policies: readonly NamedPolicy[], identityId: string): Decision | undefined {
  const matches = policies.flatMap(({ name, kind, statements }) =>
    statements.filter((statement) => isAbout(statement, question, identityId)).map((statement) => ({ policyName: name, kind, statement })),
  );
  const denial = matches.find(({ statement }) => statement.Effect === "Deny");
  if (denial) return { isAllowed: false, by: denial };
  return matches[0] && { isAllowed: true, by: matches[0] };
}

function isAbout(statement: PolicyStatement, { action, resource }: AccessQuestion, identityId: string): boolean {
  const matchesAction = statement.Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase()));
  return matchesAction && statement.Resource.some((pattern) => matchesPattern(resolve(pattern, identityId), resource));
}

/** `arn:aws:iot:region:account:` is left off; a variable other than the identity's own matches nothing. */
function resolve(pattern: string, identityId: string): string {
  const resource = pattern.replace(/^arn:[^:]*:iot:[^:]*:[^:]*:/, "").replaceAll("${cognito-identity.amazonaws.com:sub}", identityId);
  return resource.includes("${") ? "\u0000" : resource;
}

/** `*` is any text, slashes included, `?` one character; MQTT's own wildcards mean nothing here (AWS.md C.5). */
function matchesPattern(pattern: string, text: string): boolean {
  let [at, inPattern, starAt, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[inPattern] === "*") {
      starAt = inPattern++;
      resumeAt = at;
    } else if (inPattern < pattern.length && (pattern[inPattern] === "?" || pattern[inPattern] === text[at])) {
      inPattern += 1;
      at += 1;
    } else if (starAt >= 0) {
      inPattern = starAt + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === "*") inPattern += 1;
  return inPattern === pattern.length;
}
