import type { SignInFailure } from "./sign-in-failure.ts";

/** What the sign-in page says above its buttons. */
export interface SignInNotice {
  tone: "info" | "caution" | "alarm";
  text: string;
}

const NOTICES: Readonly<Record<SignInFailure | "ended", SignInNotice>> = {
  ended: { tone: "info", text: "Your session has ended. Sign in again and you will be back where you were." },
  cancelled: { tone: "info", text: "The sign-in was cancelled. Nothing has changed; you can start again at any time." },
  interrupted: {
    tone: "caution",
    text: "That sign-in could not be finished: it took too long, was started in another tab, or its cookies were blocked. Start again from here.",
  },
  unavailable: { tone: "caution", text: "The sign-in service is not answering. Wait a minute, then try again." },
  server: { tone: "caution", text: "You were recognised, but your session could not be stored. Wait a minute, then try again." },
  clock: {
    tone: "alarm",
    text: "The clock of this server and that of the sign-in service differ too much. Ask an administrator to correct the server’s clock.",
  },
  refused: {
    tone: "alarm",
    text: "The sign-in service’s answer could not be trusted, so you were not signed in. Try again; if it happens again, tell an administrator.",
  },
};

/** After a sign-out. A provider of one's own may keep a session that is not ours to end. */
export function signedOutNotice({ hasProviders }: { hasProviders: boolean }): SignInNotice {
  const advice =
    " If you came through your organisation’s sign-in, that may still be open in this browser: on a shared computer, sign out there too.";
  return { tone: "info", text: `You are signed out.${hasProviders ? advice : ""}` };
}

/** The notice for an `error` parameter; unknown ones read as the most careful, none as nothing. Never shows what the address says. */
export function describeNotice(error: string | string[] | undefined): SignInNotice | undefined {
  if (error === undefined) return undefined;
  return typeof error === "string" && Object.hasOwn(NOTICES, error) ? NOTICES[error as keyof typeof NOTICES] : NOTICES.interrupted;
}
