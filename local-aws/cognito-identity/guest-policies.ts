import type { PolicyDocument } from "../iam/policy-document.ts";

/** Services of the inline session policy that enhanced-flow guests get. Source: Cognito developer guide, "IAM roles" (AWS.md B.5). */
const SERVICES = [
  "cloudwatch",
  "logs",
  "dynamodb",
  "kinesis",
  "mobileanalytics",
  "s3",
  "ses",
  "sns",
  "sqs",
  "lambda",
  "machinelearning",
  "execute-api",
  "iot",
  "gamelift",
  "cognito-identity",
  "cognito-idp",
  "lex",
  "polly",
  "comprehend",
  "translate",
  "transcribe",
  "rekognition",
  "mobiletargeting",
  "firehose",
  "appsync",
  "personalize",
  "cognito-sync",
  "codewhisperer",
  "sdb",
  "rum",
  "geo",
];

/** A guest's keys reach no further than this, whatever the guest role says. */
export const GUEST_SESSION_POLICIES: readonly PolicyDocument[] = [
  {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: SERVICES.map((service) => `${service}:*`), Resource: "*" },
      { Effect: "Allow", Action: "sagemaker:InvokeEndpoint", Resource: "*" },
    ],
  },
];
