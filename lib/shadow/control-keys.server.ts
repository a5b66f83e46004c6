import "server-only";
import { credentialsService } from "../credentials/credentials-service.server.ts";
import { toCredentialsError } from "../credentials/exchange-errors.ts";
import type { TemporaryKeys } from "../credentials/exchange.server.ts";
import { singleFlight } from "../credentials/single-flight.ts";
import { identityOf, settlePolicies } from "../credentials/viewer-identity.server.ts";
import { env } from "../platform/env.server.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import type { Viewer } from "../session/viewer.server.ts";

/** Short on purpose: the caller has proved a fresh token, and what is kept here only saves an exchange per press. */
const KEPT_MS = 60_000;

const kept = processSingleton("control-keys", () => new Map<string, { keys: TemporaryKeys; untilMs: number }>());

/**
 * Keys of the control role for this admin, in the admin's own name: the identity pool gives them only when the signed token lists the role.
 * They never leave the server. Call it with a viewer from requireFreshViewer. Throws credentials/*.
 */
export async function controlKeys(viewer: Viewer): Promise<TemporaryKeys> {
  const known = kept().get(viewer.sessionId);
  if (known && known.untilMs > performance.now()) return known.keys;
  const { exchange, inFlight } = credentialsService();
  try {
    return await singleFlight(inFlight, `control:${viewer.sessionId}`, async () => {
      const idToken = await viewer.idToken();
      const identity = await identityOf(viewer, idToken);
      const { row } = await settlePolicies(viewer, identity, false);
      const keys = await exchange.keys(row.identityId, idToken, env().CONTROL_ROLE_ARN);
      keep(viewer.sessionId, keys);
      return keys;
    });
  } catch (error) {
    throw toCredentialsError(error);
  }
}

/** After the cloud refused the keys: attaches what is missing by AWS's own account of it, and forgets the keys. */
export async function repairControl(viewer: Viewer): Promise<void> {
  kept().delete(viewer.sessionId);
  await settlePolicies(viewer, await identityOf(viewer, await viewer.idToken()), true);
}

function keep(sessionId: string, keys: TemporaryKeys): void {
  const nowMs = performance.now();
  for (const [id, { untilMs }] of kept()) if (untilMs <= nowMs) kept().delete(id);
  kept().set(sessionId, { keys, untilMs: nowMs + KEPT_MS });
}
