import { randomBytes } from "node:crypto";
import { AwsError } from "../../platform/aws-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";

export type ChallengeName = "NEW_PASSWORD_REQUIRED" | "SOFTWARE_TOKEN_MFA" | "MFA_SETUP" | "PASSWORD_VERIFIER";

/** A sign-in that waits for its next answer. */
export interface Challenge {
  readonly name: ChallengeName;
  readonly poolId: string;
  readonly clientId: string;
  readonly sub: string;
  readonly expiresAtMs: number;
  /** Steps already passed, so that none is asked twice. */
  readonly passed: readonly ChallengeName[];
  /** TOTP secret being enrolled (MFA_SETUP). */
  readonly totpSecret?: string;
  /** Server half of an SRP exchange. */
  readonly srp?: { readonly serverSecret: string; readonly clientPublic: string; readonly secretBlock: string };
}

const SESSION_ENTRIES_MAX = 10_000;
const FAILED_ANSWERS_MAX = 5;

/** The `Session` strings of the API and of the hosted pages: opaque, in memory, minutes long. */
export interface Challenges {
  open(challenge: Omit<Challenge, "expiresAtMs">, client: ClientRecord): string;
  /** Makes a challenge found, instead, by another secret its client holds (SRP's SECRET_BLOCK). */
  alias(secret: string, session: string): void;
  /** Throws `NotAuthorizedException` when the session is unknown, another client's, of another kind, or over. */
  get(session: string, clientId: string, name?: ChallengeName): Challenge;
  /** A session at MFA_SETUP, for the two calls that name no client. */
  getSetup(session: string): Challenge;
  update(session: string, change: Partial<Pick<Challenge, "totpSecret" | "passed">>): void;
  /** Counts a wrong answer; a session dies after five. */
  fail(session: string): void;
  close(session: string): void;
}

export function createChallenges(clock: Clock): Challenges {
  const open = new Map<string, { challenge: Challenge; failedCount: number }>();
  const sweep = () => {
    const nowMs = clock.nowMs();
    for (const [key, entry] of open) {
      if (entry.challenge.expiresAtMs > nowMs && open.size < SESSION_ENTRIES_MAX) break;
      open.delete(key);
    }
  };
  const get: Challenges["get"] = (session, clientId, name) => {
    const challenge = open.get(session)?.challenge;
    if (challenge?.clientId !== clientId || (name !== undefined && challenge.name !== name)) {
      throw new AwsError("NotAuthorizedException", "Invalid session for the user.");
    }
    if (clock.nowMs() >= challenge.expiresAtMs) {
      throw new AwsError("NotAuthorizedException", "Invalid session for the user, session is expired.");
    }
    return challenge;
  };
  return {
    get,
    getSetup: (session) => get(session, open.get(session)?.challenge.clientId ?? "", "MFA_SETUP"),
    open: (challenge, client) => {
      sweep();
      const session = randomBytes(64).toString("base64url");
      open.set(session, { challenge: { ...challenge, expiresAtMs: clock.nowMs() + client.challengeLifetimeMs }, failedCount: 0 });
      return session;
    },
    alias: (secret, session) => {
      const entry = open.get(session);
      open.delete(session);
      if (entry !== undefined) open.set(secret, entry);
    },
    update: (session, change) => {
      const entry = open.get(session);
      if (entry !== undefined) entry.challenge = { ...entry.challenge, ...change };
    },
    fail: (session) => {
      const entry = open.get(session);
      if (entry === undefined) return;
      entry.failedCount += 1;
      if (entry.failedCount >= FAILED_ANSWERS_MAX) open.delete(session);
    },
    close: (session) => {
      open.delete(session);
    },
  };
}

/** The next thing a user must answer before being signed in; undefined when nothing is left. */
export function nextChallenge(pool: PoolRecord, user: UserRecord, passed: readonly ChallengeName[]): ChallengeName | undefined {
  if (user.status === "FORCE_CHANGE_PASSWORD" && !passed.includes("NEW_PASSWORD_REQUIRED")) return "NEW_PASSWORD_REQUIRED";
  if (pool.mfa === "OFF" || passed.includes("SOFTWARE_TOKEN_MFA")) return undefined;
  if (user.totp?.isVerified === true && (user.totp.isOn || pool.mfa === "ON")) return "SOFTWARE_TOKEN_MFA";
  return pool.mfa === "ON" ? "MFA_SETUP" : undefined;
}
