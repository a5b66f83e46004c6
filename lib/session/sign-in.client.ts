import "client-only";
import { SESSION_CHANNEL, type SessionMessage } from "./session-channel.ts";

/** What a button of the sign-in page starts. */
export interface SignInStart {
  /** `identity_provider` of the hosted UI; absent lets it ask. */
  provider?: string;
  /** A page of the hosted UI other than its login. */
  screen?: "sign-up" | "forgot-password";
  callbackUrl: string;
}

/** Starts a sign-in and leaves this page for the provider's; throws when the server cannot be reached. */
export async function startSignIn({ provider, screen, callbackUrl }: SignInStart): Promise<void> {
  const query = new URLSearchParams({ ...(provider ? { identity_provider: provider } : {}), ...(screen ? { screen } : {}) });
  location.assign(await postAuth(`/api/auth/signin/cognito?${query.toString()}`, { callbackUrl }));
}

/** Starts a guest's session and goes to `callbackUrl`; throws when guests are not let in. */
export async function startGuest(callbackUrl: string): Promise<void> {
  const headers = { "content-type": "application/json", "x-thingdeck": "1" };
  const response = await fetch("/api/session", { method: "POST", headers, body: JSON.stringify({ kind: "guest" }) });
  if (!response.ok) throw new Error("guest session refused");
  location.assign(callbackUrl);
}

let leaving = new AbortController();

/** True while this tab itself is on its way to the provider's sign-out, and must not be led elsewhere. */
export function isLeaving(): boolean {
  return leaving.signal.aborted;
}

/** Ends reads that are under way when this tab signs out: nobody waits for them, and the server would only refuse them. */
export function leavingSignal(): AbortSignal {
  return leaving.signal;
}

/**
 * Signs out everywhere it matters: ends the session on the server (which cuts MQTT off), tells the other tabs, and visits the provider's own
 * sign-out. Throws when the server cannot be reached; the session then still exists, here and in the other tabs.
 */
export async function signOut(sub: string): Promise<void> {
  leaving.abort();
  try {
    const address = await postAuth("/api/auth/signout", {});
    announce({ type: "signed-out", sub });
    location.replace(address);
  } catch (error) {
    leaving = new AbortController();
    throw error;
  }
}

/** Tells the other tabs of this browser. */
export function announce(message: SessionMessage): void {
  const channel = new BroadcastChannel(SESSION_CHANNEL);
  channel.postMessage(message);
  channel.close();
}

async function postAuth(address: string, fields: Record<string, string>): Promise<string> {
  const { csrfToken } = (await (await fetch("/api/auth/csrf", { cache: "no-store" })).json()) as { csrfToken: string };
  const body = new URLSearchParams({ ...fields, csrfToken, json: "true" });
  const response = await fetch(address, { method: "POST", body });
  const { url } = (await response.json()) as { url?: string };
  if (!response.ok || url === undefined) throw new Error("the server refused");
  return url;
}
