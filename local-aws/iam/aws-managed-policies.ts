import type { PolicyDocument } from "./policy-document.ts";

/** The AWS managed policies this stand-in knows, word for word from the AWS Managed Policy Reference. */
const DOCUMENTS: Readonly<Record<string, PolicyDocument>> = {
  "service-role/AWSLambdaBasicExecutionRole": {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" }],
  },
};

/** By ARN (`arn:aws:iam::aws:policy/…`); undefined for a policy that is not known here. */
export function awsManagedPolicy(arn: string): PolicyDocument | undefined {
  const [, path = ""] = /^arn:aws:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  return Object.hasOwn(DOCUMENTS, path) ? DOCUMENTS[path] : undefined;
}
