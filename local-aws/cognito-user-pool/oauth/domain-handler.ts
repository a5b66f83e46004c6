import type { IncomingMessage, ServerResponse } from "node:http";
import { BadRequest, findHandler, openExchange, sendJson, type Exchange, type Handler, type Routes } from "../http/exchange.ts";
import { handleIdpResponse } from "../federation/idp-response.ts";
import { handleNewPassword, handleTotp, handleTotpSetup } from "../pages/challenge-forms.ts";
import { handleErrorPage, showNotFound, showServerError } from "../pages/error-page.ts";
import { openVisit, type Visit } from "../pages/hosted-page.ts";
import { handleMailbox } from "../pages/mailbox-page.ts";
import { handleSignIn, showSignIn } from "../pages/sign-in-page.ts";
import { handleConfirmForgotPassword, handleForgotPassword, showForgotPassword } from "../pages/recovery-pages.ts";
import { handleConfirm, handleResend, handleSignUp, showConfirm, showSignUp } from "../pages/sign-up-pages.ts";
import type { UserPools } from "../user-pools.ts";
import { handleAuthorize } from "./authorize-endpoint.ts";
import { handleLogout } from "./logout-endpoint.ts";
import { OAuthError } from "./oauth-error.ts";
import { handleRevoke } from "./revoke-endpoint.ts";
import { handleToken } from "./token-endpoint.ts";
import { handleUserInfo } from "./user-info-endpoint.ts";

/** Serves the user pool domain: the OAuth endpoints and the hosted pages. */
export function createDomainHandler(pools: UserPools): (request: IncomingMessage, response: ServerResponse) => void {
  const routes: Routes = { ...apiRoutes(pools), ...pageRoutes(pools) };
  return (request, response) => {
    void serve(routes, request, response).catch((error: unknown) => {
      fail(pools, request, response, error);
    });
  };
}

async function serve(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader("x-amz-cognito-request-id", crypto.randomUUID());
  const exchange = openExchange(request, response);
  const handler = findHandler(routes, exchange);
  if (handler === undefined) showNotFound(response);
  else await handler(exchange);
}

/** The endpoints applications call; browsers may too, from any origin, as on AWS. */
function apiRoutes(pools: UserPools): Routes {
  const preflight: Handler = ({ response }) => {
    const allowed = { "access-control-allow-methods": "GET, POST", "access-control-allow-headers": "authorization, content-type" };
    response.writeHead(204, { ...CORS, ...allowed, "access-control-max-age": "600" }).end();
  };
  const api =
    (handle: (pools: UserPools, exchange: Exchange) => Promise<void>, operation: string): Handler =>
    async (exchange) => {
      for (const [name, value] of Object.entries(CORS)) exchange.response.setHeader(name, value);
      pools.context.throwIfThrottled(`cognito-idp:${operation}`);
      await handle(pools, exchange);
    };
  return {
    "/oauth2/authorize": { GET: (exchange) => handleAuthorize(pools, exchange) },
    "/oauth2/idpresponse": { GET: (exchange) => handleIdpResponse(pools, exchange) },
    "/oauth2/token": { POST: api(handleToken, "token"), OPTIONS: preflight },
    "/oauth2/revoke": { POST: api(handleRevoke, "revoke"), OPTIONS: preflight },
    "/oauth2/userInfo": { GET: api(handleUserInfo, "userInfo"), POST: api(handleUserInfo, "userInfo"), OPTIONS: preflight },
  };
}

const CORS = { "access-control-allow-origin": "*" };

function pageRoutes(pools: UserPools): Routes {
  const page =
    (show: (visit: Visit) => Promise<void> | void): Handler =>
    async (exchange) => {
      const visit = await openVisit(pools, exchange);
      if (visit !== undefined) await show(visit);
    };
  return {
    "/login": { GET: page((visit) => showSignIn(visit)), POST: page(handleSignIn) },
    "/signup": { GET: page((visit) => showSignUp(visit)), POST: page(handleSignUp) },
    "/confirmUser": {
      GET: page((visit) => showConfirm(visit, { loginName: visit.exchange.query.get("username") ?? "" })),
      POST: page(handleConfirm),
    },
    "/resendcode": { POST: page(handleResend) },
    "/forgotPassword": { GET: page((visit) => showForgotPassword(visit)), POST: page(handleForgotPassword) },
    "/confirmforgotPassword": { POST: page(handleConfirmForgotPassword) },
    "/login/new-password": { POST: page(handleNewPassword) },
    "/login/totp": { POST: page(handleTotp) },
    "/login/totp-setup": { POST: page(handleTotpSetup) },
    "/logout": { GET: (exchange) => handleLogout(pools, exchange) },
    "/error": { GET: (exchange) => handleErrorPage(pools, exchange) },
    "/local/mailbox": { GET: (exchange) => handleMailbox(pools, exchange) },
  };
}

function fail(pools: UserPools, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof OAuthError) {
    sendJson(response, error.status, { error: error.code }, { "cache-control": "no-store" });
  } else if (error instanceof BadRequest) {
    sendJson(response, error.status, { error: "invalid_request" });
    request.resume();
  } else if (isThrottle(error)) {
    sendJson(response, 429, { error: "too_many_requests" }, { "retry-after": "1" });
  } else {
    pools.context.log.error({ err: error }, "user pool domain failed");
    showServerError(response);
  }
}

function isThrottle(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "TooManyRequestsException";
}
