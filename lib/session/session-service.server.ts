import "server-only";
import { DeleteConnectionCommand } from "@aws-sdk/client-iot-data-plane";
import { dynamo, iotData } from "../platform/aws-clients.server.ts";
import { createSteadyClock } from "../platform/clock.ts";
import { env } from "../platform/env.server.ts";
import { log } from "../platform/log.ts";
import { isLocal } from "../platform/loopback-rules.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { createIdTokenVerifier } from "./id-token.server.ts";
import { createOidcProvider } from "./oidc-provider.server.ts";
import { createSealer } from "./sealing.ts";
import { createSessionStore } from "./session-store.server.ts";
import { createSessions } from "./sessions.server.ts";

/** The composition root of signing in: built at first use from the settings, one per process. */
export const sessionService = processSingleton("session-service", () => {
  const settings = env();
  const oidcSettings = {
    issuer: settings.COGNITO_ISSUER,
    clientId: settings.COGNITO_CLIENT_ID,
    clientSecret: settings.COGNITO_CLIENT_SECRET,
    hostedUiUrl: settings.COGNITO_HOSTED_UI_URL,
    isLocal: isLocal(settings),
  };
  const clock = createSteadyClock();
  const provider = createOidcProvider(oidcSettings);
  const verify = createIdTokenVerifier(provider, oidcSettings, () => Date.now());
  const sessions = createSessions({
    store: createSessionStore(dynamo(), settings.SESSIONS_TABLE),
    provider,
    verify,
    sealer: createSealer(settings.SESSION_KEYS),
    clock,
    lifetimes: { idleMs: settings.SESSION_IDLE_MINUTES * 60_000, absoluteMs: settings.SESSION_ABSOLUTE_HOURS * 3_600_000 },
    kickClients,
  });
  return { sessions, provider, verify, clock };
});

/** Closes MQTT connections by client id; a client that is not connected is no failure. */
export async function kickClients(clientIds: readonly string[]): Promise<void> {
  const results = await Promise.allSettled(clientIds.map((clientId) => iotData().send(new DeleteConnectionCommand({ clientId }))));
  const failed = results.filter((result) => result.status === "rejected" && !isNotConnected(result.reason));
  if (failed.length > 0) log.warn({ count: failed.length }, "some MQTT clients could not be disconnected");
}

function isNotConnected(error: unknown): boolean {
  return error instanceof Error && error.name === "ResourceNotFoundException";
}
