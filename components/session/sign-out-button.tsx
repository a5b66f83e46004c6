"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { signOut } from "@/lib/session/sign-in.client";

/** Signs this browser out: all tabs, the server's session, and the provider's. */
export function SignOutButton({ sub }: { readonly sub: string }) {
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const press = () => {
    setState("busy");
    signOut(sub).catch(() => setState("failed"));
  };
  return (
    <>
      <Button onClick={press} isBusy={state === "busy"}>
        Sign out
      </Button>
      {state === "failed" && (
        <p role="alert" className="text-small text-alarm">
          The server could not be reached, so you are still signed in. Try again.
        </p>
      )}
    </>
  );
}
