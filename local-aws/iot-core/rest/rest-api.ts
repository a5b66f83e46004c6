import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Iam, Principal } from "../../iam/principal.ts";
import { AwsError } from "../../platform/aws-error.ts";
import { readBody } from "../../platform/http.ts";
import type { LocalAwsContext } from "../../platform/service.ts";
import { createRouteMatcher, type RestResponse, type RestRoute } from "./rest-route.ts";

export interface RestApiOptions {
  /** Prefix of throttle names: `iot:SearchIndex`. */
  readonly apiName: string;
  readonly signingNames: readonly string[];
  readonly bodyBytesMax: number;
  readonly routes: readonly RestRoute[];
  /** Rewrites a failed authentication into the service's own error. */
  readonly toAuthenticationError: (error: AwsError) => AwsError;
  /** True to repeat the status as `code` in the error body, as the shadow service does. */
  readonly hasCodeInBody: boolean;
}

/** An AWS REST-JSON endpoint: authenticates, routes, and words every failure as AWS does. */
export function createRestApi(
  ctx: LocalAwsContext,
  iam: Pick<Iam, "authenticate">,
  options: RestApiOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const match = createRouteMatcher(options.routes);

  const authenticate = (request: IncomingMessage, body: Buffer): Principal => {
    try {
      return iam.authenticate(request, body, options.signingNames);
    } catch (error) {
      throw error instanceof AwsError ? options.toAuthenticationError(error) : error;
    }
  };

  const answer = async (request: IncomingMessage): Promise<RestResponse> => {
    const body = await readBody(request, options.bodyBytesMax);
    const principal = authenticate(request, body);
    const [path, query = ""] = splitOnce(request.url ?? "/", "?");
    const { route, params } = matchPath(match, request.method ?? "GET", path);
    ctx.throwIfThrottled(`${options.apiName}:${route.operation}`);
    const sourceIp = request.socket.remoteAddress ?? "";
    return route.handle({ params, query: new URLSearchParams(query), headers: request.headers, body, principal, sourceIp });
  };

  return (request, response) => {
    const requestId = randomUUID();
    response.setHeader("x-amzn-requestid", requestId);
    answer(request)
      .then((result) => send(response, result))
      .catch((error: unknown) => {
        const refusal = error instanceof AwsError ? error : internalFailure(ctx, error);
        sendError(response, refusal, { requestId, hasCodeInBody: options.hasCodeInBody });
      });
  };
}

function internalFailure(ctx: LocalAwsContext, error: unknown): AwsError {
  ctx.log.error({ err: error }, "request failed");
  return new AwsError("InternalFailureException", "Internal service failure", 500);
}

function matchPath(match: ReturnType<typeof createRouteMatcher>, method: string, path: string) {
  try {
    const found = match(method, path);
    if (found.kind === "found") return found;
    if (found.kind === "wrong-method") throw new AwsError("MethodNotAllowedException", `${method} is not allowed on this resource`, 405);
    throw new AwsError("UnknownOperationException", `The local AWS has no operation at ${method} ${path}`, 404);
  } catch (error) {
    if (error instanceof URIError) throw new AwsError("InvalidRequestException", "The path is not validly percent-encoded", 400);
    throw error;
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function send(response: ServerResponse, { json, bytes }: RestResponse): void {
  if (bytes !== undefined) {
    response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
    return;
  }
  const text = json === undefined ? "" : JSON.stringify(json);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}

function sendError(response: ServerResponse, error: AwsError, { requestId, hasCodeInBody }: { requestId: string; hasCodeInBody: boolean }) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = { ...error.details, ...(hasCodeInBody ? { code: error.status } : {}), message: error.message, traceId: requestId };
  const text = JSON.stringify(body);
  response.writeHead(error.status, {
    "content-type": "application/json",
    "x-amzn-errortype": error.code,
    "content-length": Buffer.byteLength(text),
  });
  // What is left of an oversized body is read into nothing, or its sender could not read the refusal.
  response.req.resume();
  response.end(text);
}
