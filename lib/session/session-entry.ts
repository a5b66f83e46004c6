/** One line of "my sessions"; the id is a hash that opens nothing. */
export interface SessionEntry {
  id: string;
  isCurrent: boolean;
  browser: string;
  signedInAtMs: number;
  lastUsedAtMs: number;
  expiresAtMs: number;
}
