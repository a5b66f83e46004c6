import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { LiveStart } from "@/components/live/live-start";
import { DeckFrame } from "@/components/shell/deck-frame";
import { parsePreferences, PREFERENCES_COOKIE } from "@/components/shell/preferences";
import { DeckProviders } from "@/components/shell/providers";
import { viewerSummary } from "@/components/shell/viewer-summary";
import { prepareCredentials } from "@/lib/credentials/issue-credentials.server";
import { requireViewerOrSignIn } from "@/lib/session/viewer.server";

/** Every page of the deck has a viewer; without one the browser goes to sign in and comes back. */
export default async function DeckLayout({ children }: { children: ReactNode }) {
  const viewer = await requireViewerOrSignIn();
  prepareCredentials(viewer);
  const preferences = parsePreferences((await cookies()).get(PREFERENCES_COOKIE)?.value);
  return (
    <>
      <LiveStart viewerSub={viewer.sub} />
      <DeckProviders viewer={viewerSummary(viewer)} preferences={preferences}>
        <DeckFrame>{children}</DeckFrame>
      </DeckProviders>
    </>
  );
}
