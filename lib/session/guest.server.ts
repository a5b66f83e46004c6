import "server-only";
import { AppError } from "../platform/app-error.ts";
import { readCookie, SESSION_COOKIE } from "../platform/cookies.ts";
import { env } from "../platform/env.server.ts";
import { sessionService } from "./session-service.server.ts";

/** Starts a session without a login, for the one public site; throws session/not-permitted while guests are switched off. */
export async function startGuestSession(request: Request): Promise<string> {
  if (env().GUEST_SITE === undefined) throw new AppError("session/not-permitted");
  const { sessions } = sessionService();
  const previous = readCookie(request.headers.get("cookie"), SESSION_COOKIE);
  const sessionId = await sessions.create({ login: undefined, userAgent: (request.headers.get("user-agent") ?? "").slice(0, 256) });
  if (previous !== undefined) await sessions.endById(previous);
  return sessionId;
}
