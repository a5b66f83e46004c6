import type { IncomingMessage, ServerResponse } from "node:http";
import type { JWK } from "jose";
import { Provider, type Configuration } from "oidc-provider";
import { readForm } from "../cognito-user-pool/http/exchange.ts";
import type { Logger } from "../platform/log.ts";
import { createAdapterFactory } from "./memory-adapter.ts";
import { findPerson, type CorporatePerson } from "./people.ts";
import { sendCorporatePage } from "./sign-in-page.ts";

/** What an install keeps of the provider. */
export interface CorporateInstall {
  readonly clientSecret: string;
  readonly cookieKey: string;
  readonly privateJwk: JWK;
}

export interface CorporateProviderInput {
  readonly clientId: string;
  readonly install: CorporateInstall;
  readonly people: readonly CorporatePerson[];
  readonly origin: string;
  readonly domainOrigin: string;
  readonly log: Logger;
}

/** The provider's own pages and the protocol behind them. The handler rejects with what oidc-provider refuses. */
export function createCorporateProvider(input: CorporateProviderInput) {
  const provider = new Provider(input.origin, configure(input));
  provider.on("server_error", (_exchange, error) => input.log.error({ err: error }, "corporate SSO failed"));
  const serveProtocol = provider.callback();
  const signIn = createSignIn(provider, input.people);
  return (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    request.url?.startsWith("/interaction/") === true ? signIn(request, response) : serveProtocol(request, response);
}

function configure({ clientId, install, people, domainOrigin }: CorporateProviderInput): Configuration {
  return {
    adapter: createAdapterFactory(),
    clients: [
      {
        client_id: clientId,
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
    if (form.has("cancel")) {
      await provider.interactionFinished(request, response, { error: "access_denied", error_description: "The person cancelled." });
      return;
    }
    const login = form.get("login") ?? "";
    const person = findPerson(people, login, form.get("password") ?? "");
    if (person === undefined) sendCorporatePage(response, { ...page, status: 400, problem: "Name or password is wrong.", login });
    else await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
  };
}
