import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { LiveStart } from "@/components/live/live-start";
import { parsePreferences, PREFERENCES_COOKIE } from "@/components/shell/preferences";
import { DeckProviders } from "@/components/shell/providers";
import { viewerSummary } from "@/components/shell/viewer-summary";
import { prepareCredentials } from "@/lib/credentials/issue-credentials.server";
import { requireViewerOrSignIn } from "@/lib/session/viewer.server";

/** What every page of a signed-in person stands on: without a viewer the browser goes to sign in and comes back. */
export async function SignedIn({ children }: { readonly children: ReactNode }) {
  const viewer = await requireViewerOrSignIn();
  prepareCredentials(viewer);
  const preferences = parsePreferences((await cookies()).get(PREFERENCES_COOKIE)?.value);
  return (
    <>
      <LiveStart viewerSub={viewer.sub} />
      <DeckProviders viewer={viewerSummary(viewer)} preferences={preferences}>
        {children}
      </DeckProviders>
    </>
  );
}
