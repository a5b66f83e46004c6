import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface TinyUser {
  sub: string;
  groups: string[];
  claims?: Record<string, unknown>;
}

interface Grant {
  user: TinyUser;
  nonce: string | undefined;
  redirectUri: string;
  challenge: string;
}

type Fault = "none" | "error-500" | "html" | "hang" | "drip";

/** What a test may change while the provider runs. */
export interface TinyOidcKnobs {
  /** Who the next visit to the login page is. */
  user: TinyUser;
  /** Overrides or (with undefined) removes claims of the next ID tokens. */
  claims: Record<string, unknown>;
  tokenLifetimeS: number;
  isRotating: boolean;
  /** How long a rotated refresh token goes on working. */
  rotationGraceMs: number;
  /** Signs with a key that the JWKS does not hold. */
  isForged: boolean;
  /** Signs with a key of a new name each time, which the JWKS does not hold either. */
  isStranger: boolean;
  faults: { discovery: Fault; token: Fault; jwks: Fault };
  /** Before a refresh is answered. */
  refreshDelayMs: number;
}

/** All that settings say about a provider. */
export interface ProviderAddress {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export interface TinyOidcProvider extends ProviderAddress {
  knobs: TinyOidcKnobs;
  /** How often each endpoint was asked. */
  counts: { discovery: number; token: number; refresh: number; jwks: number; revoke: number; logout: number };
  /** Refresh tokens that are still good. */
  refreshTokens: Map<string, TinyUser>;
  /** How often each refresh token was presented. */
  refreshUses: Map<string, number>;
  revoked: string[];
  rotateKeys(): Promise<void>;
  close(): Promise<void>;
}

/**
 * An OIDC provider of a few lines that speaks Cognito's dialect (pool-like issuer path, `token_use`, /oauth2/*, /logout), signs everybody in
 * without a page, and can be told to misbehave. Endpoints are on another origin than the issuer, as Cognito's are.
 */
export async function startTinyOidcProvider(): Promise<TinyOidcProvider> {
  const codes = new Map<string, Grant>();
  const clientId = randomUUID().replaceAll("-", "");
  const clientSecret = randomUUID();
  const state: TinyOidcProvider = {
    issuer: "",
    clientId,
    clientSecret,
    knobs: {
      user: { sub: randomUUID(), groups: ["operators", "site-harbor"] },
      claims: {},
      tokenLifetimeS: 3600,
      isRotating: false,
      rotationGraceMs: 0,
      isForged: false,
      isStranger: false,
      faults: { discovery: "none", token: "none", jwks: "none" },
      refreshDelayMs: 0,
    },
    counts: { discovery: 0, token: 0, refresh: 0, jwks: 0, revoke: 0, logout: 0 },
    refreshTokens: new Map(),
    refreshUses: new Map(),
    revoked: [],
    rotateKeys: async () => void (keys = await newKeys()),
    close: async () => {
      issuerServer.closeAllConnections();
      domainServer.closeAllConnections();
      await Promise.all([issuerServer, domainServer].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
  let keys = await newKeys();
  const stranger = await newKeys();

  async function idToken(user: TinyUser, nonce: string | undefined): Promise<string> {
    const nowS = Math.floor(Date.now() / 1000);
    const known = state.knobs.isForged ? { ...stranger, kid: keys.kid } : keys;
    const signing = state.knobs.isStranger ? { ...stranger, kid: randomUUID() } : known;
    const claims = {
      iss: state.issuer,
      aud: clientId,
      sub: user.sub,
      token_use: "id",
      iat: nowS,
      exp: nowS + state.knobs.tokenLifetimeS,
      auth_time: nowS,
      nonce,
      "cognito:groups": user.groups,
      "cognito:username": user.sub.slice(0, 8),
      name: "Tiny Person",
      email: "tiny@example.com",
      jti: randomUUID(),
      ...user.claims,
      ...state.knobs.claims,
    };
    return await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: signing.kid }).sign(signing.privateKey);
  }

  async function answerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await bodyOf(request));
    const basic = Buffer.from((request.headers.authorization ?? "").replace("Basic ", ""), "base64").toString();
    if (basic !== `${clientId}:${clientSecret}`) {
      sendJson(response, 400, { error: "invalid_client" });
      return;
    }
    if (form.get("grant_type") === "refresh_token") {
      await answerRefresh(form, response);
      return;
    }
    state.counts.token += 1;
    const grant = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get("redirect_uri")) {
      sendJson(response, 400, { error: "invalid_grant" });
      return;
    }
    const refreshToken = randomUUID();
    state.refreshTokens.set(refreshToken, grant.user);
    sendJson(response, 200, { ...(await bundle(grant.user, grant.nonce)), refresh_token: refreshToken });
  }

  async function answerRefresh(form: URLSearchParams, response: ServerResponse): Promise<void> {
    state.counts.refresh += 1;
    const token = form.get("refresh_token") ?? "";
    state.refreshUses.set(token, (state.refreshUses.get(token) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, state.knobs.refreshDelayMs));
    const user = state.refreshTokens.get(token);
    if (!user) {
      sendJson(response, 400, { error: "invalid_grant" });
      return;
    }
    const rotated = state.knobs.isRotating ? randomUUID() : undefined;
    if (rotated !== undefined) {
      setTimeout(() => state.refreshTokens.delete(token), state.knobs.rotationGraceMs).unref();
      state.refreshTokens.set(rotated, user);
    }
    sendJson(response, 200, { ...(await bundle(user, undefined)), ...(rotated === undefined ? {} : { refresh_token: rotated }) });
  }

  const bundle = async (user: TinyUser, nonce: string | undefined) => ({
    id_token: await idToken(user, nonce),
    access_token: randomUUID(),
    expires_in: state.knobs.tokenLifetimeS,
    token_type: "Bearer",
  });

  const issuerServer = createServer((request, response) => {
    const isDiscovery = request.url?.endsWith("/.well-known/openid-configuration") === true;
    state.counts[isDiscovery ? "discovery" : "jwks"] += 1;
    void withFault(state.knobs.faults[isDiscovery ? "discovery" : "jwks"], response, async () => {
      if (!isDiscovery) {
        sendJson(response, 200, { keys: [{ ...keys.jwk, kid: keys.kid, alg: "RS256", use: "sig" }] });
        return;
      }
      const domain = originOf(domainServer);
      sendJson(response, 200, {
        issuer: state.issuer,
        authorization_endpoint: `${domain}/oauth2/authorize`,
        token_endpoint: `${domain}/oauth2/token`,
        revocation_endpoint: `${domain}/oauth2/revoke`,
        jwks_uri: `${state.issuer}/.well-known/jwks.json`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      });
      return Promise.resolve();
    });
  });
  const domainServer = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://domain");
    if (url.pathname === "/oauth2/token") return void withFault(state.knobs.faults.token, response, () => answerToken(request, response));
    if (url.pathname === "/oauth2/revoke") return void answerRevoke(request, response);
    if (url.pathname === "/oauth2/authorize") {
      authorize(url, response);
      return;
    }
    if (url.pathname === "/logout") state.counts.logout += 1;
    response.writeHead(302, { location: url.searchParams.get("logout_uri") ?? "/" }).end();
  });

  async function answerRevoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
    state.counts.revoke += 1;
    const token = new URLSearchParams(await bodyOf(request)).get("token") ?? "";
    state.refreshTokens.delete(token);
    state.revoked.push(token);
    response.writeHead(200).end();
  }

  function authorize({ searchParams }: URL, response: ServerResponse): void {
    const code = randomUUID();
    const redirectUri = searchParams.get("redirect_uri") ?? "";
    const nonce = searchParams.get("nonce") ?? undefined;
    codes.set(code, { user: state.knobs.user, nonce, redirectUri, challenge: searchParams.get("code_challenge") ?? "" });
    const back = new URL(redirectUri);
    back.search = new URLSearchParams({ code, state: searchParams.get("state") ?? "" }).toString();
    response.writeHead(302, { location: back.href }).end();
  }

  await Promise.all([issuerServer, domainServer].map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))));
  state.issuer = `${originOf(issuerServer)}/eu-west-1_TinyPool1`;
  return state;
}

/** The origin of the provider's pages and token endpoint. */
export async function domainOf({ issuer }: ProviderAddress): Promise<string> {
  const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as { token_endpoint: string };
  return new URL(metadata.token_endpoint).origin;
}

async function newKeys() {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  return { privateKey, jwk: await exportJWK(publicKey), kid: randomUUID() };
}

async function withFault(fault: Fault, response: ServerResponse, answer: () => Promise<void>): Promise<void> {
  switch (fault) {
    case "none": {
      await answer();
      return;
    }
    case "error-500": {
      sendJson(response, 500, { error: "server_error" });
      return;
    }
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Maintenance</body></html>");
      return;
    case "hang":
      return;
    case "drip": {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 200);
      response.on("close", () => clearInterval(timer));
    }
  }
}

function originOf(server: ReturnType<typeof createServer>): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
