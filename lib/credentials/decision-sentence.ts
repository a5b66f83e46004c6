import type { Decision } from "./policy-statements.ts";

/** A decision in one sentence: what decided, and how. */
export function decisionSentence({ isAllowed, by }: Decision): string {
  const holder = by.kind === "role" ? `your ${by.policyName}` : `the policy ${by.policyName}`;
  if (isAllowed) return by.kind === "role" ? `Yes: ${holder} allows it.` : `Yes: your role allows it, and so does ${holder}.`;
  if (by.statement) return `No: ${holder} forbids it, and a prohibition always wins.`;
  return by.kind === "role"
    ? `No: ${holder} does not allow it.`
    : "No: your role could, but none of the policies attached to you allows it.";
}
