import "server-only";
import { cognitoIdentity, dynamo, iot } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { createRateLimit } from "../platform/rate-limit.ts";
import { watchCloudClock } from "./cloud-clock.server.ts";
import { createExchange } from "./exchange.server.ts";
import { createKeyMemo } from "./key-memo.ts";
import { createIdentityPolicies } from "./identity-policies.server.ts";
import { createIdentityStore, type IdentityRow } from "./identity-store.server.ts";

/** Ninety tabs of one session may ask at once, as when a browser restores its windows; a page in a loop may not (HAZARDS B19). */
const LIMIT = { burstCount: 90, perSecond: 0.5 };

/** The composition root of handing out keys: built at first use from the settings, one per process. */
export const credentialsService = processSingleton("credentials-service", () => {
  const settings = env();
  const client = cognitoIdentity();
  const cloudNowMs = watchCloudClock(client);
  const providerName = settings.COGNITO_ISSUER.replace(/^https?:\/\//, "");
  const store = createIdentityStore(dynamo(), settings.SESSIONS_TABLE);
  return {
    exchange: createExchange(client, { identityPoolId: settings.IDENTITY_POOL_ID, providerName }, cloudNowMs),
    policies: createIdentityPolicies(iot(), store),
    store,
    cloudNowMs,
    rateLimit: createRateLimit(LIMIT),
    identityMemo: createKeyMemo<IdentityRow>(),
    inFlight: new Map<string, Promise<unknown>>(),
  };
});
