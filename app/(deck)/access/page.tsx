import type { Metadata } from "next";
import { AccessPage } from "@/components/access/access-page";
import { accessReport } from "@/lib/credentials/access-report.server";
import { env } from "@/lib/platform/env.server";
import { toAppError } from "@/lib/platform/to-app-error";
import { nextRenewalAtMs } from "@/lib/session/renewal";
import { sessionService } from "@/lib/session/session-service.server";
import { requireViewerOrSignIn } from "@/lib/session/viewer.server";

export const metadata: Metadata = { title: "Access" };

/** Who you are beside what you may do. */
export default async function Page() {
  const viewer = await requireViewerOrSignIn("/access");
  const report = await accessReport(viewer).catch((error: unknown) => ({ sentence: toAppError(error).sentence }));
  const nowMs = sessionService().sessions.nowMs();
  return (
    <AccessPage
      who={{
        name: viewer.name,
        role: viewer.role,
        provider: providerOf(viewer.claims),
        groups: viewer.groups,
        claims: viewer.claims,
        sessionAgeMs: nowMs - viewer.signedInAtMs,
        sessionLeftMs: viewer.expiresAtMs - nowMs,
        tokenLeftMs: viewer.tokenExpiresAtMs - nowMs,
        renewalLeftMs: nextRenewalAtMs({ obtainedAtMs: viewer.tokenObtainedAtMs, expiresAtMs: viewer.tokenExpiresAtMs }) - nowMs,
      }}
      may={report}
      sites={viewer.sites}
    />
  );
}

/** The federated provider by what the sign-in page calls it, or the user pool itself. */
function providerOf(claims: Readonly<Record<string, unknown>>): string {
  const [identity] = Array.isArray(claims.identities) ? (claims.identities as unknown[]) : [];
  const name = (identity as { providerName?: unknown } | undefined)?.providerName;
  if (typeof name !== "string") return "Thingdeck account";
  return env().COGNITO_IDENTITY_PROVIDERS.find(({ id }) => id === name)?.label ?? name;
}
