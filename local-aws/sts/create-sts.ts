import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { IamService } from "../iam/create-iam.ts";
import type { SessionKeys } from "../iam/principal.ts";
import { parsePolicyDocument } from "../iam/evaluate-policy.ts";
import { AwsError } from "../platform/aws-error.ts";
import { readBody, send, type HttpHandler } from "../platform/http.ts";
import { toAwsError } from "../platform/json-rpc.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import { toXml, type XmlNode } from "./xml.ts";

interface StsCall {
  readonly parameters: URLSearchParams;
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

const BODY_BYTES_MAX = 256 * 1024;
const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** Names that the XML services give to what the JSON services call otherwise, with their status. */
const ERROR_NAMES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  MissingAuthenticationTokenException: ["MissingAuthenticationToken", 403],
  IncompleteSignatureException: ["IncompleteSignature", 400],
  InvalidSignatureException: ["SignatureDoesNotMatch", 403],
  UnrecognizedClientException: ["InvalidClientTokenId", 403],
  ExpiredTokenException: ["ExpiredToken", 403],
  AccessDeniedException: ["AccessDenied", 403],
  ThrottlingException: ["Throttling", 400],
  RequestEntityTooLargeException: ["RequestEntityTooLarge", 413],
};

/** AWS Security Token Service: GetCallerIdentity, AssumeRole, and the refusals of AssumeRoleWithWebIdentity. */
export function createSts(context: LocalAwsContext, { iam }: { iam: IamService }): Service & { readonly handler: HttpHandler } {
  const call = (action: string, input: StsCall): XmlNode => {
    switch (action) {
      case "GetCallerIdentity":
        return getCallerIdentity(iam, input);
      case "AssumeRole":
        return assumeRole(iam, input);
      case "AssumeRoleWithWebIdentity":
        return refuseWebIdentity(input);
      default:
        throw new AwsError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`, 400);
    }
  };
  return {
    handler: (request, response) => {
      answer(context, call, { request, response }).catch((error: unknown) => {
        sendError(response, toAwsError(error, context.log));
      });
    },
  };
}

async function answer(
  context: LocalAwsContext,
  call: (action: string, input: StsCall) => XmlNode,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  const query = (request.url ?? "").split("?")[1] ?? "";
  const parameters = new URLSearchParams(request.method === "POST" ? body.toString("utf8") : query);
  const action = parameters.get("Action");
  if (action === null) throw new AwsError("MissingAction", "The request must contain the parameter Action", 400);
  context.throwIfThrottled(`sts:${action}`);
  const result = call(action, { parameters, request, body });
  const metadata = { ResponseMetadata: { RequestId: randomUUID() } };
  const document = toXml(`${action}Response`, { [`${action}Result`]: result, ...metadata }, NAMESPACE);
  send(response, 200, { "content-type": "text/xml" }, document);
}

function sendError(response: ServerResponse, error: AwsError): void {
  const [code, status] = ERROR_NAMES[error.code] ?? [error.code, error.status];
  const fault = { Error: { Type: status >= 500 ? "Receiver" : "Sender", Code: code, Message: error.message }, RequestId: randomUUID() };
  send(response, status, { "content-type": "text/xml" }, toXml("ErrorResponse", fault, NAMESPACE));
}

/** Needs no permission: whoever has keys may ask whose they are. */
function getCallerIdentity(iam: IamService, { request, body }: StsCall): XmlNode {
  const { arn, userId, accountId } = iam.authenticate(request, body, ["sts"]);
  return { Arn: arn, UserId: userId, Account: accountId };
}

const assumeRoleSchema = z.object({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  Policy: z.string().min(1).max(2048).optional(),
});

function assumeRole(iam: IamService, { parameters, request, body }: StsCall): XmlNode {
  const principal = iam.authenticate(request, body, ["sts"]);
  const parsed = assumeRoleSchema.safeParse(Object.fromEntries(parameters));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = String(issue?.path[0] ?? "");
    throw new AwsError(
      "ValidationError",
      `1 validation error detected: Value at '${at}' failed to satisfy constraint: ${issue?.message ?? ""}`,
      400,
    );
  }
  const { RoleArn, RoleSessionName, DurationSeconds, Policy } = parsed.data;
  const sessionPolicies = Policy === undefined ? undefined : [parsePolicyDocument(Policy, "identity")];
  const keys = iam.assumeRole({
    roleArn: RoleArn,
    sessionName: RoleSessionName,
    durationMs: DurationSeconds * 1000,
    by: { principal },
    ...(sessionPolicies !== undefined && { sessionPolicies }),
  });
  const session = iam.principalOf(keys.accessKeyId);
  return { AssumedRoleUser: { Arn: session?.arn ?? "", AssumedRoleId: session?.userId ?? "" }, Credentials: toCredentials(keys) };
}

function toCredentials({ accessKeyId, secretAccessKey, sessionToken, expiresAtMs }: SessionKeys): XmlNode {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiresAtMs).toISOString(),
  };
}

/** The account trusts no OpenID Connect provider directly, and its identity pool has no classic flow: there is no token to accept. */
function refuseWebIdentity({ parameters }: StsCall): XmlNode {
  for (const name of ["RoleArn", "RoleSessionName", "WebIdentityToken"]) {
    if (!parameters.get(name)) {
      throw new AwsError(
        "ValidationError",
        `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
        400,
      );
    }
  }
  const issuer = issuerOf(parameters.get("WebIdentityToken") ?? "");
  if (issuer === undefined) {
    throw new AwsError(
      "InvalidIdentityToken",
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
      400,
    );
  }
  if (issuer === "https://cognito-identity.amazonaws.com") {
    throw new AwsError(
      "InvalidIdentityToken",
      "The web identity token that was passed could not be validated: basic (classic) flow is not enabled",
      400,
    );
  }
  throw new AwsError("InvalidIdentityToken", `No OpenIDConnect provider found in your account for ${issuer}`, 400);
}

function issuerOf(token: string): string | undefined {
  const [, payload, signature, ...more] = token.split(".");
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  try {
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as unknown;
    const issuer = typeof claims === "object" && claims !== null && "iss" in claims ? claims.iss : undefined;
    return typeof issuer === "string" ? issuer : undefined;
  } catch {
    return undefined;
  }
}
