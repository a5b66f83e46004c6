import "server-only";
import { kickClients, sessionService } from "../session/session-service.server.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { credentialsService } from "./credentials-service.server.ts";
import type { PolicyChange } from "./identity-policies.server.ts";
import type { IdentityRow } from "./identity-store.server.ts";
import { singleFlight } from "./single-flight.ts";
import { wantedPolicies } from "./site-policies.ts";

/** The identity of a viewer: recorded, or looked up once however many tabs ask at the same time. */
export async function identityOf(viewer: Viewer, idToken: string | undefined): Promise<IdentityRow> {
  const { store, exchange, inFlight, identityMemo } = credentialsService();
  return await singleFlight(inFlight, `identity:${viewer.sub}`, async () => {
    const known = identityMemo.get(viewer.sub) ?? (await store.read(viewer.sub));
    if (known) return remember(viewer.sub, known);
    const identityId = await exchange.identityId(idToken);
    await store.saveIdentity(viewer.sub, identityId);
    return remember(viewer.sub, { identityId, policies: {}, groupsIssuedS: 0 });
  });
}

/**
 * Makes the attached IoT policies follow the viewer's groups. When one had to go, the viewer's open connections are cut, because AWS IoT
 * would go on delivering to them for minutes (AWS.md C.3). `isDoubtful` asks AWS IoT what is attached instead of the record.
 */
export async function settlePolicies(viewer: Viewer, row: IdentityRow, isDoubtful: boolean): Promise<PolicyChange> {
  const { policies, inFlight } = credentialsService();
  const { iat } = viewer.claims;
  const wanted = { names: wantedPolicies(viewer), issuedS: typeof iat === "number" ? iat : 0 };
  const settle = isDoubtful ? policies.repair : policies.settle;
  const key = `policies:${viewer.sub}:${String(isDoubtful)}:${wanted.names.join()}`;
  return await singleFlight(inFlight, key, async () => {
    const change = await settle(viewer.sub, row, wanted);
    remember(viewer.sub, change.row);
    if (change.hasDetached) {
      const rows = await sessionService().sessions.list(viewer.sub);
      await kickClients(rows.flatMap(({ clientIds }) => clientIds));
    }
    return change;
  });
}

/** Makes the policies of an identity that is on record follow the viewer's groups; asks nobody for an identity when there is none. */
export async function followGroups(viewer: Viewer): Promise<void> {
  const { store, identityMemo } = credentialsService();
  const known = identityMemo.get(viewer.sub) ?? (await store.read(viewer.sub));
  if (known) await settlePolicies(viewer, known, false);
}

/** Forgets what is recorded of a viewer's identity; the next look-up asks the identity pool. */
export async function forgetIdentity(viewer: Viewer): Promise<void> {
  credentialsService().identityMemo.forget(viewer.sub);
  await credentialsService().store.forget(viewer.sub);
}

function remember(subject: string, row: IdentityRow): IdentityRow {
  credentialsService().identityMemo.put(subject, row);
  return row;
}
