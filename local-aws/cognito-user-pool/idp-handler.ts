import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../platform/aws-error.ts";
import { discoveryDocument } from "./discovery.ts";
import { BadRequest, openExchange, sendJson, type Exchange } from "./http/exchange.ts";
import { handleJsonApi, sendAwsError } from "./json-api/handle-json-api.ts";
import type { UserPools } from "./user-pools.ts";

/** Serves the cognito-idp host: each pool's discovery and keys, and the JSON API at the root. */
export function createIdpHandler(pools: UserPools): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void serve(pools, request, response).catch((error: unknown) => {
      fail(pools, request, response, error);
    });
  };
}

async function serve(pools: UserPools, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const exchange = openExchange(request, response);
  response.setHeader("x-amzn-requestid", crypto.randomUUID());
  // Browser applications call this host from their own origin.
  response.setHeader("access-control-allow-origin", "*");
  if (exchange.path === "/" && exchange.method !== "GET") await handleJsonApi(pools, exchange);
  else answerPool(pools, exchange);
}

function answerPool(pools: UserPools, { path, method, response }: Exchange): void {
  const [, poolId = "", document] = /^\/([\w-]+_[0-9a-zA-Z]+)\/\.well-known\/(openid-configuration|jwks\.json)$/.exec(path) ?? [];
  if (document === undefined || pools.directory.pool(poolId) === undefined) {
    sendAwsError(
      response,
      new AwsError("ResourceNotFoundException", document === undefined ? "Not found" : `User pool ${poolId} does not exist.`, 404),
    );
    return;
  }
  if (method !== "GET") {
    response.writeHead(405, { allow: "GET", "content-length": 0 }).end();
    return;
  }
  const isKeys = document === "jwks.json";
  const body = isKeys ? pools.keys.jwks(poolId) : discoveryDocument(pools, poolId);
  sendJson(response, 200, body, { "cache-control": isKeys ? "public, max-age=86400" : "no-cache" });
}

function fail(pools: UserPools, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof BadRequest) {
    request.resume();
    sendAwsError(
      response,
      new AwsError(error.status === 413 ? "RequestEntityTooLargeException" : "SerializationException", error.message, error.status),
    );
    return;
  }
  if (!(error instanceof AwsError)) pools.context.log.error({ err: error }, "user pool API failed");
  sendAwsError(response, error instanceof AwsError ? error : new AwsError("InternalErrorException", "Internal error", 500));
}
