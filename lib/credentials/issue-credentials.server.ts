import "server-only";
import { AppError } from "../platform/app-error.ts";
import { env } from "../platform/env.server.ts";
import type { Viewer } from "../session/viewer.server.ts";
import type { CredentialsReply, CredentialsRequest, SettingUpReply } from "./credentials-reply.ts";
import { credentialsService } from "./credentials-service.server.ts";
import type { TemporaryKeys } from "./exchange.server.ts";
import { classifyExchangeError, toCredentialsError } from "./exchange-errors.ts";
import type { IdentityRow } from "./identity-store.server.ts";
import { createKeyMemo } from "./key-memo.ts";
import { createSettingUp } from "./setting-up.ts";
import { singleFlight } from "./single-flight.ts";
import { followGroups, forgetIdentity, identityOf, settlePolicies } from "./viewer-identity.server.ts";
import { processSingleton } from "../platform/process-singleton.ts";

/** After an exchange failed, pages begin none for this long. */
const PAUSE_MS = 30_000;

const keyMemo = processSingleton("key-memo", () => createKeyMemo<TemporaryKeys>());
const preparing = processSingleton("credentials-preparing", () => ({ pausedUntilMs: 0 }));
const settingUp = processSingleton("setting-up", () => createSettingUp());

/**
 * Swaps the viewer's ID token for read-only keys of the viewer role and says where to use them.
 * Throws rate/limited, credentials/no-sites, credentials/refused, credentials/throttled, credentials/unavailable, session/expired.
 */
export async function issueCredentials(viewer: Viewer, request: CredentialsRequest): Promise<CredentialsReply | SettingUpReply> {
  credentialsService().rateLimit.take(viewer.sessionId);
  try {
    if (viewer.sites.length === 0) {
      await followGroups(viewer);
      throw new AppError("credentials/no-sites");
    }
    return await issue(viewer, request);
  } catch (error) {
    throw toCredentialsError(error);
  }
}

/**
 * Begins the exchange that the worker of a page is about to ask for: its keys are there when it asks, or on their way. What goes wrong is told to
 * the worker, whose question begins it again; pages then leave it to their workers for a while, which know how to wait.
 */
export function prepareCredentials(viewer: Viewer): void {
  const pages = preparing();
  if (viewer.sites.length === 0 || performance.now() < pages.pausedUntilMs) return;
  issue(viewer, { reason: "start" }).catch(() => (pages.pausedUntilMs = performance.now() + PAUSE_MS));
}

async function issue(viewer: Viewer, request: CredentialsRequest): Promise<CredentialsReply | SettingUpReply> {
  const isRefused = request.reason === "refused";
  const firstToken = viewer.role === "guest" ? undefined : await viewer.idToken();
  let identity = await identityOf(viewer, firstToken);
  const change = await settlePolicies(viewer, identity, isRefused && !isYoung(identity));
  identity = change.row;
  if (isRefused && (change.hasAttached || isYoung(identity))) {
    const retryAfterMs = settingUp().waitMs(viewer.sessionId);
    if (retryAfterMs !== undefined) return { code: "credentials/setting-up", retryAfterMs };
  }
  if (isRefused) keyMemo().forget(viewer.sessionId);
  const keys = await keysFor(viewer, identity, firstToken);
  // Under the viewer's own identity only: nobody may have another's connection cut.
  if (request.tabId !== undefined) await viewer.rememberClient(`${keys.identity.identityId}-${request.tabId}`);
  return toReply(viewer, keys);
}

interface IssuedKeys {
  keys: TemporaryKeys;
  identity: IdentityRow;
}

/** Tabs that ask at the same moment share one exchange; a refused token is renewed and a lost identity looked up again, once. */
async function keysFor(viewer: Viewer, identity: IdentityRow, idToken: string | undefined): Promise<IssuedKeys> {
  const { exchange, inFlight } = credentialsService();
  const roleArn = idToken === undefined ? undefined : env().VIEWER_ROLE_ARN;
  const known = keyMemo().get(viewer.sessionId);
  if (known) return { keys: known, identity };
  return await singleFlight(inFlight, `keys:${viewer.sessionId}`, async () => {
    try {
      const keys = await exchange.keys(identity.identityId, idToken, roleArn);
      keyMemo().put(viewer.sessionId, keys);
      return { keys, identity };
    } catch (error) {
      const refusal = classifyExchangeError(error);
      if (refusal !== "token-refused" && refusal !== "identity-gone") throw error;
      const renewed = idToken === undefined ? undefined : await viewer.renewIdToken();
      if (refusal === "identity-gone") await forgetIdentity(viewer);
      const current = refusal === "identity-gone" ? await identityOf(viewer, renewed) : identity;
      const { row } = await settlePolicies(viewer, current, refusal === "identity-gone");
      return { keys: await exchange.keys(row.identityId, renewed, roleArn), identity: row };
    }
  });
}

/** AWS IoT honours a policy change after 6 to 8 minutes (AWS.md C.3); twice that is beyond doubt. */
const POLICY_DELAY_MS_MAX = 15 * 60_000;

function isYoung({ policies }: IdentityRow): boolean {
  return Math.max(0, ...Object.values(policies)) > Date.now() - POLICY_DELAY_MS_MAX;
}

function toReply(viewer: Viewer, { keys, identity }: IssuedKeys): CredentialsReply {
  const { AWS_REGION, MQTT_URL, TELEMETRY_TOPIC } = env();
  return {
    credentials: keys,
    identityId: identity.identityId,
    clientIdPrefix: `${identity.identityId}-`,
    region: AWS_REGION,
    mqttUrl: MQTT_URL,
    sites: viewer.sites,
    telemetryTopic: TELEMETRY_TOPIC,
    serverTimeMs: credentialsService().cloudNowMs(),
  };
}
