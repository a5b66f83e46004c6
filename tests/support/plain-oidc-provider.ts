import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes, randomUUID } from "node:crypto";
import { Provider, type Configuration } from "oidc-provider";
import type { ProviderAddress } from "./tiny-oidc-provider.ts";

export interface PlainOidcProvider extends ProviderAddress {
  close(): Promise<void>;
}

export interface PlainOidcOptions {
  /** Where the code goes back to. */
  redirectUri: string;
  /** Of the one person there is; nothing in it is Cognito's. */
  claims: Record<string, unknown>;
  hasRefreshTokens: boolean;
}

/** Somebody else's OIDC provider (the oidc-provider package), which signs everybody in as one person without a page. */
export async function startPlainOidcProvider({ redirectUri, claims, hasRefreshTokens }: PlainOidcOptions): Promise<PlainOidcProvider> {
  const sub = randomUUID();
  const client = { clientId: randomUUID(), clientSecret: randomBytes(24).toString("base64url") };
  let handler: (request: IncomingMessage, response: ServerResponse) => unknown = () => undefined;
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration: Configuration = {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    clientAuthMethods: ["client_secret_post"],
    cookies: { keys: [randomBytes(24).toString("base64url")] },
    claims: { openid: ["sub"], profile: ["name", "groups"], email: ["email"] },
    // Otherwise the claims would be at the userinfo endpoint only, where no identity pool looks.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    ttl: { Interaction: 60, Session: 60, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60, RefreshToken: 600 },
    interactions: { url: (_exchange, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: () => hasRefreshTokens,
    findAccount: () => ({ accountId: sub, claims: () => ({ sub, ...claims }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({ accountId: sub, clientId: client.clientId });
      grant.addOIDCScope([...oidc.requestParamScopes].join(" "));
      await grant.save();
      return grant;
    },
  };
  const provider: Provider = new Provider(issuer, configuration);
  const serve = provider.callback();
  handler = async (request, response) => {
    if (request.url?.startsWith("/interaction/") !== true) await serve(request, response);
    else await provider.interactionFinished(request, response, { login: { accountId: sub } });
  };
  return {
    issuer,
    ...client,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
