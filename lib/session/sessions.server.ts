import "server-only";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { joinReads } from "../platform/joined-read.ts";
import { log } from "../platform/log.ts";
import { type IdTokenClaims, type IdTokenVerifier, readVerifiedClaims } from "./id-token.server.ts";
import type { OidcProvider } from "./oidc-provider.server.ts";
import { RENEW_AHEAD_MS } from "./renewal.ts";
import type { Sealer } from "./sealing.ts";
import { createSessionId, hashSessionId } from "./session-id.ts";
import { endOfSessionMs, type Lifetimes, type SessionRow, type SessionTokens, tokenLeftMs } from "./session-row.ts";
import type { SessionStore } from "./session-store.server.ts";
import { createTokenRefresh, openTokens } from "./token-refresh.server.ts";

const TOUCH_EVERY_MS = 60_000;
/** Rows read for one list; the rest shows once these have ended. */
const LISTED_MAX = 200;

export interface SessionsParts {
  store: SessionStore;
  provider: OidcProvider;
  verify: IdTokenVerifier;
  sealer: Sealer;
  clock: Clock;
  lifetimes: Lifetimes;
  /** Closes the MQTT connections of these client ids; best effort. */
  kickClients: (clientIds: readonly string[]) => Promise<void>;
}

export interface OpenOptions {
  /** Looking whether one is still signed in is not using the session. */
  isPassive?: boolean;
  /** The ID token must have been issued at most this long ago; waits for a refresh otherwise. */
  tokenAgeMsMax?: number;
  /** An ID token older than this is renewed beside the request, so that the next one sees the groups of the day. */
  renewAgeMs?: number;
}

/** A live session: its row, and for a person the tokens and verified claims. */
export interface OpenSession {
  row: SessionRow;
  tokens: SessionTokens | undefined;
  claims: IdTokenClaims | undefined;
}

export interface NewSession {
  /** Undefined for a guest. */
  login: { idToken: string; refreshToken: string | undefined; claims: IdTokenClaims } | undefined;
  userAgent: string;
}

/** Everything the product does with sessions. */
export type Sessions = ReturnType<typeof createSessions>;

/** See Sessions; all state is in the store, so any number of servers may share it. */
export function createSessions(parts: SessionsParts) {
  const { store, provider, sealer, clock, lifetimes } = parts;
  const cutOff = (row: SessionRow) => parts.kickClients(row.clientIds);
  const refresh = createTokenRefresh({ ...parts, onEnded: cutOff });
  const current = createTokenGate(parts, refresh);

  const endRow = async (row: SessionRow): Promise<boolean> => {
    const hasEnded = await store.end(row);
    if (!hasEnded) return false;
    const { refreshToken } = row.kind === "oidc" ? tryOpen(row, sealer) : {};
    const [isRevoked] = await Promise.all([refreshToken === undefined ? true : provider.revoke(refreshToken), cutOff(row)]);
    if (!isRevoked) log.warn({ session: row.hash.slice(0, 12) }, "the provider did not confirm the revocation");
    return true;
  };

  const readRow = joinReads(store.read);
  const touch = createTouch(parts);
  const readLive = async (hash: string): Promise<SessionRow> => {
    const row = await readRow(hash);
    if (!row) throw new AppError("session/expired");
    if (clock.nowMs() < endOfSessionMs(row, lifetimes)) return row;
    await endRow(row);
    throw new AppError("session/expired", { context: { reason: "lifetime" } });
  };

  const openRow = async (row: SessionRow, options: OpenOptions): Promise<OpenSession> =>
    row.kind === "guest" ? { row, tokens: undefined, claims: undefined } : await current(row, options);

  return {
    /** Starts a session and returns the id for the cookie; the caller must end the session it replaces. */
    async create({ login, userAgent }: NewSession): Promise<string> {
      const sessionId = createSessionId();
      await store.create(newRow({ login, userAgent, hash: hashSessionId(sessionId) ?? "" }, parts));
      return sessionId;
    },
    /** Throws session/expired, identity/unavailable; DynamoDB's own errors pass through. */
    async open(sessionId: string, options: OpenOptions = {}): Promise<OpenSession> {
      const hash = hashSessionId(sessionId);
      if (hash === undefined) throw new AppError("session/expired");
      const found = await readLive(hash);
      if (options.isPassive !== true || !found.isClaimed) touch(found);
      return await openRow({ ...found, isClaimed: true }, options);
    },
    /** For work that goes on after its request: the session by its row's hash, while it lives. It does not count as use. Throws as open does. */
    openByHash: async (hash: string, options: OpenOptions = {}): Promise<OpenSession> => await openRow(await readLive(hash), options),
    /** Ends a session known by its cookie; quiet when it has ended before. */
    async endById(sessionId: string): Promise<void> {
      const hash = hashSessionId(sessionId);
      const row = hash === undefined ? undefined : await store.read(hash);
      if (row) await endRow(row);
    },
    /** Ends one of the subject's own sessions; throws session/not-found for anybody else's. */
    async endOwn(sub: string, hash: string): Promise<void> {
      const row = /^[0-9a-f]{64}$/.test(hash) ? await store.read(hash) : undefined;
      if (row?.sub !== sub) throw new AppError("session/not-found");
      await endRow(row);
    },
    /** The subject's live sessions, most recently used first; what it finds over is cleared away. */
    list: createList(parts, endRow),
    rememberClient: (row: SessionRow, clientId: string) => store.rememberClient(row, clientId),
    endsAtMs: (row: SessionRow) => endOfSessionMs(row, lifetimes),
    nowMs: () => clock.nowMs(),
  };
}

/** Reads a subject's list, and clears away what it finds over. */
function createList({ store, clock, lifetimes }: SessionsParts, endRow: (row: SessionRow) => Promise<unknown>) {
  return async (sub: string): Promise<SessionRow[]> => {
    const hashes = await store.listHashes(sub);
    const rows = await Promise.all(hashes.slice(0, LISTED_MAX).map((hash) => store.read(hash)));
    const known = rows.filter((row) => row !== undefined);
    const [live, over] = partition(known, (row) => clock.nowMs() < endOfSessionMs(row, lifetimes));
    const gone = hashes.slice(0, LISTED_MAX).filter((_hash, index) => rows[index] === undefined);
    await Promise.all([...over.map(endRow), store.forgetHashes(sub, gone)]);
    return live.sort((a, b) => b.lastSeenMs - a.lastSeenMs);
  };
}

function newRow({ login, userAgent, hash }: NewSession & { hash: string }, { sealer, clock, lifetimes }: SessionsParts): SessionRow {
  const nowMs = clock.nowMs();
  const instants = { createdMs: nowMs, lastSeenMs: nowMs, endsMs: nowMs + lifetimes.absoluteMs };
  const common = { hash, ...instants, version: 1, isClaimed: false, userAgent, clientIds: [] };
  if (!login) return { ...common, kind: "guest", sub: `guest:${hash}`, tokenObtainedMs: nowMs, tokenLifetimeMs: 0 };
  const { idToken, refreshToken, claims } = login;
  return {
    ...common,
    kind: "oidc",
    sub: claims.sub,
    sealed: sealer.seal(JSON.stringify({ idToken, refreshToken }), hash),
    tokenObtainedMs: nowMs,
    tokenLifetimeMs: (claims.exp - claims.iat) * 1000,
  };
}

/** Records use, about once a minute and for all requests of the moment together; nobody waits for it. */
function createTouch({ store, clock, lifetimes }: SessionsParts): (row: SessionRow) => void {
  const running = new Set<string>();
  const everyMs = Math.min(TOUCH_EVERY_MS, lifetimes.idleMs / 10);
  return (row) => {
    const nowMs = clock.nowMs();
    const isDue = !row.isClaimed || nowMs - row.lastSeenMs > everyMs;
    if (!isDue || running.has(row.hash)) return;
    running.add(row.hash);
    store
      .touch(row.hash, nowMs)
      .catch((error: unknown) => log.debug({ err: error }, "the use of a session was not recorded; the next request tries again"))
      .finally(() => running.delete(row.hash));
  };
}

/** Hands out tokens that are still good: renews ahead of time in the background, waits only when there is no other way. */
function createTokenGate({ sealer, clock }: SessionsParts, refresh: (row: SessionRow) => Promise<SessionRow>) {
  const opened = (row: SessionRow): OpenSession => {
    const tokens = openTokens(row, sealer);
    return { row, tokens, claims: readVerifiedClaims(tokens.idToken) };
  };
  return async (row: SessionRow, { tokenAgeMsMax = Infinity, renewAgeMs = Infinity }: OpenOptions): Promise<OpenSession> => {
    const leftMs = tokenLeftMs(row, clock.nowMs());
    const ageMs = clock.nowMs() - row.tokenObtainedMs;
    const isOldEnough = ageMs > tokenAgeMsMax;
    if (leftMs > 0) {
      const session = opened(row);
      // A provider that gives no refresh token gives sessions as long as its ID token, and none that can be asked afresh.
      const canRefresh = session.tokens?.refreshToken !== undefined;
      if (!canRefresh && isOldEnough) throw new AppError("identity/unavailable", { context: { reason: "no refresh token" } });
      const isDue = canRefresh && (leftMs < Math.min(RENEW_AHEAD_MS, row.tokenLifetimeMs / 5) || ageMs > renewAgeMs);
      if (isDue && !isOldEnough) refresh(row).catch((error: unknown) => log.debug({ err: error }, "renewal ahead of time failed"));
      if (!isOldEnough) return session;
    }
    const refreshed = await refresh(row);
    if (tokenLeftMs(refreshed, clock.nowMs()) <= 0) throw new AppError("identity/unavailable");
    if (isOldEnough && refreshed.tokenObtainedMs === row.tokenObtainedMs) throw new AppError("identity/unavailable");
    return opened(refreshed);
  };
}

function tryOpen(row: SessionRow, sealer: Sealer): Partial<SessionTokens> {
  try {
    return openTokens(row, sealer);
  } catch {
    return {};
  }
}

function partition<Value>(values: readonly Value[], isFirst: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}
