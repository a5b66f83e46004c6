import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { SignInChoices } from "@/components/session/sign-in-choices";
import { Logo } from "@/components/shell/logo";
import { Banner } from "@/components/ui/states";
import { readCookie, SIGNED_OUT_COOKIE } from "@/lib/platform/cookies";
import { env } from "@/lib/platform/env.server";
import { safeReturnPath } from "@/lib/session/return-path";
import { describeNotice, signedOutNotice } from "@/lib/session/sign-in-notices";
import { sessionService } from "@/lib/session/session-service.server";
import { currentViewer } from "@/lib/session/viewer.server";

export const metadata: Metadata = { title: "Sign in" };

/** When the deck offers to sign in again (components/shell/session-notice.tsx), with some slack. */
const ENDING_SOON_MS = 15 * 60_000;

interface SignInPageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The way in: one button per provider, the return path kept, and in plain words why a sign-in did not work. */
export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { callbackUrl: requested, error } = await searchParams;
  const settings = env();
  const callbackUrl = safeReturnPath(requested, settings.APP_URL);
  const problem = describeNotice(error);
  const cookie = (await headers()).get("cookie");
  if (!problem && (await isSignedIn(cookie))) redirect(callbackUrl);
  const hasSignedOut = readCookie(cookie, SIGNED_OUT_COOKIE) !== undefined;
  const notice = problem ?? (hasSignedOut ? signedOutNotice({ hasProviders: settings.COGNITO_IDENTITY_PROVIDERS.length > 0 }) : undefined);
  const providers = [
    { id: "COGNITO", label: settings.COGNITO_IDENTITY_PROVIDERS.length === 0 ? "Sign in" : "Sign in with your Thingdeck account" },
    ...settings.COGNITO_IDENTITY_PROVIDERS.map(({ id, label }) => ({ id, label: `Continue with ${label}` })),
  ];
  const hasHostedPages = settings.COGNITO_HOSTED_UI_URL !== undefined;
  return (
    <main className="bg-canvas text-ink grid min-h-dvh grid-cols-1 place-items-center p-4">
      <div className="w-full max-w-sm">
        <p className="text-lead mb-4 flex items-center gap-2 font-semibold">
          <Logo className="size-6" /> Thingdeck
        </p>
        <h1 className="text-title font-semibold tracking-tight">Sign in to the deck</h1>
        <p className="text-ink-2 mt-1 mb-5 text-pretty">Watch your devices live, and switch them where your account may.</p>
        {notice && (
          <Banner tone={notice.tone} role={notice.tone === "info" ? "status" : "alert"} className="mb-4">
            {notice.text}
          </Banner>
        )}
        <div className="rounded-panel border-line bg-surface border p-5">
          <SignInChoices
            providers={providers}
            canSignUp={hasHostedPages && settings.COGNITO_SIGN_UP === "on"}
            canResetPassword={hasHostedPages}
            guestSite={settings.SITES.find(({ id }) => id === settings.GUEST_SITE)?.label}
            callbackUrl={callbackUrl}
          />
        </div>
        <p className="text-small text-ink-3 mt-4 text-pretty">
          You sign in on your organisation’s own page. Thingdeck never sees your password.
        </p>
      </div>
    </main>
  );
}

/** A session about to end counts as none, so that its holder can begin a new one; so does any doubt. */
async function isSignedIn(cookie: string | null): Promise<boolean> {
  return await currentViewer(cookie, { isPassive: true }).then(
    ({ expiresAtMs }) => expiresAtMs - sessionService().sessions.nowMs() > ENDING_SOON_MS,
    () => false,
  );
}
