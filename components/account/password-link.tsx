"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { startSignIn } from "@/lib/session/sign-in.client";

/** Leaves for the hosted page that sets a new password and comes back here signed in. */
export function PasswordLink() {
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const press = () => {
    setState("busy");
    startSignIn({ screen: "forgot-password", callbackUrl: "/account" }).catch(() => setState("failed"));
  };
  return (
    <>
      <Button onClick={press} isBusy={state === "busy"}>
        Change password
      </Button>
      {state === "failed" && (
        <p role="alert" className="text-small text-alarm mt-1">
          The sign-in service cannot be reached just now.
        </p>
      )}
    </>
  );
}
