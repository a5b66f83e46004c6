"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { type SignInStart, startGuest, startSignIn } from "@/lib/session/sign-in.client";

export interface SignInChoice {
  /** `identity_provider` of the hosted UI. */
  id: string;
  label: string;
}

interface SignInChoicesProps {
  readonly providers: readonly SignInChoice[];
  readonly canSignUp: boolean;
  readonly canResetPassword: boolean;
  readonly guestSite: string | undefined;
  readonly callbackUrl: string;
}

/** A provider's name may be longer than a telephone is wide. */
const WIDE = "h-auto min-h-10 w-full py-1.5 text-pretty whitespace-normal!";

/** One button per way in; each leaves for the provider's own page, so no password is ever typed here. */
export function SignInChoices({ providers, canSignUp, canResetPassword, guestSite, callbackUrl }: SignInChoicesProps) {
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const begin = (key: string, start: () => Promise<void>) => {
    // Without cookies the way back from the provider ends here again, and nobody would learn why.
    if (!navigator.cookieEnabled) {
      setProblem(
        "This browser keeps no cookies of this site, and a sign-in needs one. Allow them in the browser’s settings, then try again.",
      );
      return;
    }
    setBusy(key);
    setProblem(undefined);
    start().catch(() => {
      setBusy(undefined);
      setProblem("The server could not start the sign-in. Check your connection and try again.");
    });
  };
  const signIn = (key: string, start: Omit<SignInStart, "callbackUrl">) => begin(key, () => startSignIn({ ...start, callbackUrl }));
  return (
    <div className="flex flex-col gap-3">
      {providers.map(({ id, label }, index) => (
        <Button
          key={id}
          size="large"
          tone={index === 0 ? "primary" : "plain"}
          isBusy={busy === id}
          disabled={busy !== undefined}
          className={WIDE}
          onClick={() => signIn(id, { provider: id })}
        >
          {label}
        </Button>
      ))}
      {(canSignUp || canResetPassword) && (
        <div className="text-small flex flex-wrap justify-between gap-2">
          {canSignUp && <TextButton label="Create an account" onPress={() => signIn("sign-up", { screen: "sign-up" })} />}
          {canResetPassword && <TextButton label="Forgot your password?" onPress={() => signIn("forgot", { screen: "forgot-password" })} />}
        </div>
      )}
      {guestSite !== undefined && (
        <div className="border-line mt-1 border-t pt-4">
          <Button
            size="large"
            tone="quiet"
            isBusy={busy === "guest"}
            className={WIDE}
            onClick={() => begin("guest", () => startGuest(callbackUrl))}
          >
            Look around {guestSite} as a guest
          </Button>
        </div>
      )}
      {problem !== undefined && (
        <p role="alert" className="text-small text-alarm">
          {problem}
        </p>
      )}
    </div>
  );
}

function TextButton({ label, onPress }: { readonly label: string; readonly onPress: () => void }) {
  return (
    <button type="button" className="text-accent hover:text-accent-strong cursor-pointer underline underline-offset-2" onClick={onPress}>
      {label}
    </button>
  );
}
