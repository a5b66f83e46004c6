import { z } from "zod";
import { AwsError } from "../platform/aws-error.ts";
import type { PolicyDocument } from "./policy-document.ts";

/** What the document is for: an identity's permissions, a role's trust, or an AWS IoT policy. */
export type PolicyKind = "identity" | "trust" | "iot";

const ACTION = /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+)$/;
const RESOURCE = /^(\*|arn:.*)$/s;

const oneOrMore = (element: z.ZodType<string>) => z.union([element, z.array(element).min(1)]);
const actions = oneOrMore(z.string().regex(ACTION, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."));
const resources = oneOrMore(z.string().regex(RESOURCE, 'Resource must be in ARN format or "*".'));
const scalar = z.union([z.string(), z.boolean(), z.number()]);
const principals = z.union([
  z.literal("*"),
  z.partialRecord(z.enum(["AWS", "Federated", "Service", "CanonicalUser"]), oneOrMore(z.string().min(1))),
]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: actions.optional(),
  NotAction: actions.optional(),
  Resource: resources.optional(),
  NotResource: resources.optional(),
  Principal: principals.optional(),
  Condition: z.record(z.string().min(1), z.record(z.string().min(1), z.union([scalar, z.array(scalar)]))).optional(),
});

const documentSchema = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement).min(1)]),
});

type Statement = z.infer<typeof statement>;

/** Parses and judges a policy document (a JSON text or its value). Throws AwsError `MalformedPolicyDocument` (400). */
export function parsePolicyDocument(input: unknown, kind: PolicyKind): PolicyDocument {
  const result = documentSchema.safeParse(typeof input === "string" ? parseJson(input) : input);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw malformed(issue?.code === "invalid_format" ? issue.message : `Syntax errors in policy. ${describe(issue)}`.trim());
  }
  const { Statement: one } = result.data;
  const statements = Array.isArray(one) ? one : [one];
  requireUniqueSids(statements, kind);
  for (const each of statements) requireElements(each, kind);
  return result.data as PolicyDocument;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed("This policy contains invalid Json");
  }
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  return issue === undefined || issue.path.length === 0 ? "" : `(${issue.path.join(".")})`;
}

function requireUniqueSids(statements: readonly Statement[], kind: PolicyKind): void {
  const sids = statements.flatMap(({ Sid }) => (Sid === undefined || Sid === "" ? [] : [Sid]));
  if (new Set(sids).size !== sids.length) throw malformed("Statement IDs (SID) in a single policy must be unique.");
  if (kind === "identity" && sids.some((sid) => !/^[A-Za-z0-9]+$/.test(sid))) {
    throw malformed("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*");
  }
}

function requireElements(each: Statement, kind: PolicyKind): void {
  if ((each.Action === undefined) === (each.NotAction === undefined)) throw malformed("Policy statement must contain actions.");
  if (kind === "trust") requireTrustElements(each);
  else {
    if ((each.Resource === undefined) === (each.NotResource === undefined)) throw malformed("Policy statement must contain resources.");
    if (each.Principal !== undefined) throw malformed("Policy document should not specify a principal.");
  }
}

function requireTrustElements(each: Statement): void {
  if (each.Resource !== undefined || each.NotResource !== undefined) throw malformed("Has prohibited field Resource");
  if (each.Principal === undefined) throw malformed("Missing required field Principal cannot be empty!");
  const named = [each.Action ?? []].flat();
  if (each.NotAction !== undefined || named.some((action) => !/^sts:/i.test(action))) {
    throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
  }
  const federated = each.Principal === "*" ? [] : [each.Principal.Federated ?? []].flat();
  const keys = Object.values(each.Condition ?? {}).flatMap((block) => Object.keys(block).map((key) => key.toLowerCase()));
  // IAM does not save a role that any identity pool could assume (AWS.md B.3).
  if (
    each.Effect === "Allow" &&
    federated.includes("cognito-identity.amazonaws.com") &&
    !keys.includes("cognito-identity.amazonaws.com:aud")
  ) {
    throw malformed(
      "The trust policy of a role for cognito-identity.amazonaws.com must have a condition on cognito-identity.amazonaws.com:aud",
    );
  }
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message, 400);
}
