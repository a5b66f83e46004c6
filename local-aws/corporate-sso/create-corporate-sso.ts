import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { Provider, type Configuration } from "oidc-provider";
import { readForm } from "../cognito-user-pool/http/exchange.ts";
import type { LocalAwsContext } from "../platform/service.ts";
import { createAdapterFactory } from "./memory-adapter.ts";
import { findPerson, loadPeople, type CorporatePerson } from "./people.ts";
import { sendCorporatePage } from "./sign-in-page.ts";

export interface CorporateSsoOptions {
  /** The provider's own origin and issuer. */
  readonly origin: string;
  /** The user pool domain, whose /oauth2/idpresponse is the one registered callback. */
  readonly domainOrigin: string;
}

export interface CorporateSso {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly people: readonly CorporatePerson[];
}

interface Install {
  readonly clientSecret: string;
  readonly cookieKey: string;
  readonly privateJwk: JWK;
}

const CLIENT_ID = "thingdeck-user-pool";

/** An OpenID provider of another company, built with oidc-provider, for the demo's federated sign-in. */
export async function createCorporateSso(context: LocalAwsContext, { origin, domainOrigin }: CorporateSsoOptions): Promise<CorporateSso> {
  const people = loadPeople(context.store);
  const install = await loadInstall(context);
  const provider = new Provider(origin, configure(install, people, domainOrigin));
  provider.on("server_error", (_exchange, error) => context.log.error({ err: error }, "corporate SSO failed"));
  const serveProtocol = provider.callback();
  const signIn = createSignIn(provider, people);
  return {
    issuer: origin,
    clientId: CLIENT_ID,
    clientSecret: install.clientSecret,
    people,
    handler: (request, response) => {
      const [path = ""] = (request.url ?? "").split("?");
      const work = path.startsWith("/interaction/") ? signIn(request, response) : serveProtocol(request, response);
      void work.catch((error: unknown) => {
        context.log.warn({ err: error }, "corporate SSO refused a request");
        if (!response.headersSent) showExpired(response);
        else response.destroy();
      });
    },
  };
}

async function loadInstall({ store }: LocalAwsContext): Promise<Install> {
  const table = store.table<Install>("corporate-sso-install");
  const known = table.get("install");
  if (known !== undefined) return known;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const install = {
    clientSecret: randomBytes(32).toString("base64url"),
    cookieKey: randomBytes(32).toString("base64url"),
    privateJwk: { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: randomBytes(8).toString("hex") },
  };
  table.put("install", install);
  return install;
}

function configure(install: Install, people: readonly CorporatePerson[], domainOrigin: string): Configuration {
  return {
    adapter: createAdapterFactory(),
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: install.clientSecret,
        redirect_uris: [`${domainOrigin}/oauth2/idpresponse`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: { keys: [install.privateJwk] },
    // Cookies know no ports: the names keep this provider apart from everything else on this machine.
    cookies: {
      keys: [install.cookieKey],
      names: { session: "corporate-sso-session", interaction: "corporate-sso-interaction", resume: "corporate-sso-resume" },
    },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
    features: { devInteractions: { enabled: false } },
    ttl: { Interaction: 600, Session: 3600, Grant: 3600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    interactions: { url: (_exchange, { uid }) => `/interaction/${uid}` },
    findAccount: (_exchange, sub) => {
      const person = people.find((candidate) => candidate.sub === sub);
      if (person === undefined) return undefined;
      const { name, email, username } = person;
      return { accountId: sub, claims: () => ({ sub, name, email, email_verified: true, preferred_username: username }) };
    },
    // The company's own applications need no consent screen.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session, provider } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
}

function createSignIn(provider: Provider, people: readonly CorporatePerson[]) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { uid } = await provider.interactionDetails(request, response);
    const page = {
      title: "Sign in to your company",
      text: "Use your company account.",
      action: `/interaction/${uid}`,
    };
    if (request.method !== "POST") {
      sendCorporatePage(response, { ...page, status: 200 });
      return;
    }
    const form = await readForm(request);
    const person = findPerson(people, form.get("login") ?? "", form.get("password") ?? "");
    if (person === undefined) sendCorporatePage(response, { ...page, status: 400, problem: "Name or password is wrong." });
    else await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
  };
}

function showExpired(response: ServerResponse): void {
  const text = "This sign-in took too long or was already used. Go back to the application and start again.";
  sendCorporatePage(response, { status: 400, title: "Start again", text });
}
