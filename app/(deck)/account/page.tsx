import type { Metadata } from "next";
import { AccountPage } from "@/components/account/account-page";
import { env } from "@/lib/platform/env.server";
import { listSessions } from "@/lib/session/session-list.server";
import { sessionService } from "@/lib/session/session-service.server";
import { requireViewerOrSignIn } from "@/lib/session/viewer.server";

export const metadata: Metadata = { title: "Account" };

/** One's own name, password and sessions. */
export default async function Page() {
  const viewer = await requireViewerOrSignIn("/account");
  const nowMs = sessionService().sessions.nowMs();
  return (
    <AccountPage
      viewer={{ sub: viewer.sub, name: viewer.name, username: viewer.username, email: viewer.email, role: viewer.role }}
      isFederated={Array.isArray(viewer.claims.identities)}
      hasHostedPages={env().COGNITO_HOSTED_UI_URL !== undefined}
      sessions={await listSessions(viewer)}
      nowMs={nowMs}
    />
  );
}
