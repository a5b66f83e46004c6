import { randomBytes, randomInt } from "node:crypto";
import type { Store } from "../platform/store.ts";

/** What is made once per install and is in no repository: the account, the control token, the ports of the last start. */
export interface Install {
  readonly accountId: string;
  readonly controlToken: string;
  readonly ports: Readonly<Record<string, number>>;
}

const KEY = "install";

/** Reads the install of this store, or makes it. */
export function ensureInstall(store: Store): Install {
  const table = store.table<Install>("install");
  const known = table.get(KEY);
  if (known !== undefined) return known;
  // The first digit is never 0: some clients read account ids as numbers.
  const accountId = String(randomInt(100_000_000_000, 281_474_976_710_655)).slice(0, 12);
  const install = { accountId, controlToken: randomBytes(24).toString("base64url"), ports: {} };
  table.put(KEY, install);
  return install;
}

/** Remembers the ports, so that the next start listens where clients look. */
export function keepPorts(store: Store, install: Install, ports: Readonly<Record<string, number>>): void {
  store.table<Install>("install").put(KEY, { ...install, ports });
}
