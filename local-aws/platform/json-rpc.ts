import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "./aws-error.ts";
import { parseJson, readBody, send, type HttpHandler } from "./http.ts";
import type { Logger } from "./log.ts";

/** One call of AWS's JSON protocol. */
export interface JsonCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

export interface JsonServiceOptions {
  /** `X-Amz-Target` before the dot, e.g. `AWSCognitoIdentityService`. */
  readonly targetPrefix: string;
  readonly bodyBytesMax: number;
  readonly log: Logger;
  call(call: JsonCall): Promise<unknown>;
}

const CONTENT_TYPE = { "content-type": "application/x-amz-json-1.1" };
/** As AWS answers browsers. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
};

/** AWS's JSON 1.1 protocol: `POST /` with `X-Amz-Target`; every client's fault is HTTP 400 with the name in header and body. */
export function createJsonServiceHandler(options: JsonServiceOptions): HttpHandler {
  return (request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      sendError(response, toAwsError(error, options.log));
    });
  };
}

async function answer(options: JsonServiceOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "OPTIONS") {
    const allowed = { "access-control-allow-methods": "POST", "access-control-allow-headers": "*", "access-control-max-age": "172800" };
    send(response, 200, { ...CORS, ...allowed }, "");
    return;
  }
  const body = await readBody(request, options.bodyBytesMax);
  const [prefix, operation] = (request.headers["x-amz-target"]?.toString() ?? "").split(".");
  if (request.method !== "POST" || prefix !== options.targetPrefix || !operation) throw new AwsError("UnknownOperationException", "");
  const output = await options.call({ operation, input: parseInput(body), request, body });
  send(response, 200, { ...CONTENT_TYPE, ...CORS }, output === undefined ? "" : JSON.stringify(output));
}

function parseInput(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    throw new AwsError("SerializationException", "");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AwsError("SerializationException", "Start of structure or map found where not expected.");
  }
  return value as Record<string, unknown>;
}

/** Anything but an AwsError is our own fault: its text goes to the log, not to the client. */
export function toAwsError(error: unknown, log: Logger): AwsError {
  if (error instanceof AwsError) return error;
  log.error({ err: error }, "a request failed unexpectedly");
  return new AwsError("InternalErrorException", "Internal error", 500);
}

function sendError(response: ServerResponse, error: AwsError): void {
  const status = error.status === 413 || error.status >= 500 ? error.status : 400;
  const headers = { "x-amzn-ErrorType": `${error.code}:`, "x-amzn-ErrorMessage": headerText(error.message) };
  send(response, status, { ...CONTENT_TYPE, ...CORS, ...headers }, JSON.stringify({ __type: error.code, message: error.message }));
}

/** Header values are printable ASCII; anything else in a message (it may quote the caller) is left out. */
function headerText(message: string): string {
  return message.replace(/[^\x20-\x7e]/g, "");
}
