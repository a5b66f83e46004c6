import "server-only";
import { SESSION_COOKIE } from "../platform/cookies.ts";
import { env } from "../platform/env.server.ts";

/** The Set-Cookie value that hands a browser its session id; same attributes as next-auth's own (auth-options.server.ts says why lax). */
export function sessionCookie(sessionId: string): string {
  const maxAgeSeconds = env().SESSION_ABSOLUTE_HOURS * 3600;
  return `${SESSION_COOKIE}=${sessionId}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Lax`;
}
