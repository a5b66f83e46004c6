import { AppError } from "../platform/app-error.ts";
import { connectionFailureOf } from "../platform/connection-failure.ts";

/** Why a sign-in did not end in a session; each has words of its own on the sign-in page. */
export type SignInFailure = "cancelled" | "interrupted" | "unavailable" | "refused" | "clock" | "server";

const RULES: readonly (readonly [RegExp, SignInFailure])[] = [
  [/access_denied|login_required|consent_required|interaction_required/i, "cancelled"],
  [/issued in the future|not active yet|JWT expired|nbf/i, "clock"],
  [/state|pkce|code_verifier|nonce cookie|Nonce value|invalid_grant|cookie/i, "interrupted"],
  [
    /timed? ?out|ECONN|ENOTFOUND|EAI_AGAIN|socket|expected 200|parse|Unexpected token|fetch failed|\b5\d\d\b|server_error|temporarily/i,
    "unavailable",
  ],
];

/** Sorts what next-auth, openid-client or our own checks threw; unknown failures read as refused, never as success. */
export function classifySignInFailure(error: unknown): SignInFailure {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if (current instanceof AppError) return classifyAppError(current);
    if (connectionFailureOf(current) !== undefined) return "unavailable";
    const text = `${current.name} ${current.message}`;
    const rule = RULES.find(([shape]) => shape.test(text));
    if (rule) return rule[1];
  }
  return "refused";
}

function classifyAppError(error: AppError): SignInFailure {
  if (error.code === "identity/unavailable") return "unavailable";
  if (error.context?.reason === "clock") return "clock";
  return error.status >= 500 ? "server" : "refused";
}
