import type { ServerResponse } from "node:http";
import { AwsError } from "../../platform/aws-error.ts";
import { readBody, type Exchange } from "../http/exchange.ts";
import type { UserPools } from "../user-pools.ts";
import { OPERATIONS } from "./operations.ts";

const BODY_BYTES_MAX = 256 * 1024;
const TARGET_PREFIX = "AWSCognitoIdentityProviderService.";
const CONTENT_TYPE = "application/x-amz-json-1.1";

/** One call of an official client: `X-Amz-Target` names the operation, the body is its input. Throws AwsError. */
export async function handleJsonApi(pools: UserPools, { request, response, method }: Exchange): Promise<void> {
  if (method === "OPTIONS") {
    response
      .writeHead(204, {
        "access-control-allow-methods": "POST",
        "access-control-allow-headers":
          "*, authorization, content-type, x-amz-target, x-amz-user-agent, x-amz-date, x-amz-content-sha256, x-amz-security-token, amz-sdk-invocation-id, amz-sdk-request, cache-control",
        "access-control-max-age": "172800",
      })
      .end();
    return;
  }
  if (method !== "POST") throw new AwsError("UnknownOperationException", "", 405);
  const body = await readBody(request, BODY_BYTES_MAX);
  const target = String(request.headers["x-amz-target"] ?? "");
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : "";
  const operation = OPERATIONS.get(name);
  if (operation === undefined) throw new AwsError("UnknownOperationException", "");
  pools.context.throwIfThrottled(`cognito-idp:${name}`);
  const output = await operation({ pools, request, body, name });
  const text = JSON.stringify(output);
  response.writeHead(200, { "content-type": CONTENT_TYPE, "content-length": Buffer.byteLength(text), "cache-control": "no-store" });
  response.end(text);
}

/** The error form of the JSON protocol: name in header and body, HTTP 400 for what a caller can mend. */
export function sendAwsError(response: ServerResponse, error: AwsError): void {
  const text = JSON.stringify({ __type: error.code, message: error.message });
  response.writeHead(error.status, {
    "content-type": CONTENT_TYPE,
    "content-length": Buffer.byteLength(text),
    "x-amzn-errortype": `${error.code}:`,
    "x-amzn-errormessage": error.message.replaceAll(/[^\x20-\x7e]/g, " "),
    "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
  });
  response.end(text);
}
