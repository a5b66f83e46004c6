import { z } from "zod";

/** What is sealed inside a row; guests have neither. */
export interface SessionTokens {
  idToken: string;
  /** Absent when the provider gave none: the session then ends with its ID token. */
  refreshToken?: string;
}

/** One session as it stands in the sessions table; instants are epoch ms of the servers' steady clocks. */
export const sessionRowSchema = z.object({
  hash: z.string(),
  kind: z.enum(["oidc", "guest"]),
  sub: z.string(),
  /** The tokens as JSON, sealed with the hash as bound data. */
  sealed: z.string().optional(),
  createdMs: z.number(),
  lastSeenMs: z.number(),
  endsMs: z.number(),
  /** When the ID token was received and how long it lasts: its own clock may differ from ours. */
  tokenObtainedMs: z.number(),
  tokenLifetimeMs: z.number(),
  /** Counts refreshes; the fence of every conditional write. */
  version: z.number(),
  /** `<holder>#<beat>` while a server refreshes the tokens; it changes every second for as long as the holder lives. */
  lease: z.string().optional(),
  /** False until the cookie has come back once: the answer that carried it may have been lost with its server. */
  isClaimed: z.boolean().default(true),
  userAgent: z.string(),
  /** MQTT client ids this session's tabs have announced, newest last. */
  clientIds: z.array(z.string()),
});

/** See sessionRowSchema. */
export type SessionRow = z.infer<typeof sessionRowSchema>;

export interface Lifetimes {
  idleMs: number;
  absoluteMs: number;
}

/** A browser comes back with its new cookie within seconds; this leaves room for servers whose clocks differ by minutes. */
const UNCLAIMED_MS = 10 * 60_000;

/** The instant at which the session ends if nobody uses it any more. */
export function endOfSessionMs(row: SessionRow, lifetimes: Lifetimes): number {
  const idleMs = row.isClaimed ? lifetimes.idleMs : Math.min(lifetimes.idleMs, UNCLAIMED_MS);
  return Math.min(row.endsMs, row.lastSeenMs + idleMs);
}

/** Milliseconds until the ID token expires; negative once it has. */
export function tokenLeftMs(row: SessionRow, nowMs: number): number {
  return row.tokenObtainedMs + row.tokenLifetimeMs - nowMs;
}
