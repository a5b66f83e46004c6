import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import type { LocalAwsContext } from "../platform/service.ts";
import type { CorporateInstall } from "./corporate-provider.ts";
import { loadPeople, type CorporatePerson } from "./people.ts";
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

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const CLIENT_ID = "thingdeck-user-pool";

/** An OpenID provider of another company, built with oidc-provider, for the demo's federated sign-in. */
export async function createCorporateSso(context: LocalAwsContext, { origin, domainOrigin }: CorporateSsoOptions): Promise<CorporateSso> {
  const people = loadPeople(context.store);
  const install = await loadInstall(context);
  // Loaded by the first visitor: most runs have none, and the library is the largest part of the process.
  let handler: Promise<Handler> | undefined;
  const open = async (): Promise<Handler> => {
    const { createCorporateProvider } = await import("./corporate-provider.ts");
    return createCorporateProvider({ clientId: CLIENT_ID, install, people, origin, domainOrigin, log: context.log });
  };
  return {
    issuer: origin,
    clientId: CLIENT_ID,
    clientSecret: install.clientSecret,
    people,
    handler: (request, response) => {
      handler ??= open();
      const work = handler.then((serve) => serve(request, response));
      void work.catch((error: unknown) => {
        context.log.warn({ err: error }, "corporate SSO refused a request");
        if (!response.headersSent) showExpired(response);
        else response.destroy();
      });
    },
  };
}

async function loadInstall({ store }: LocalAwsContext): Promise<CorporateInstall> {
  const table = store.table<CorporateInstall>("corporate-sso-install");
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

function showExpired(response: ServerResponse): void {
  const text = "This sign-in took too long or was already used. Go back to the application and start again.";
  sendCorporatePage(response, { status: 400, title: "Start again", text });
}
