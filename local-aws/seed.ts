import { randomInt } from "node:crypto";
import type { UserPoolsService } from "./cognito-user-pool/create-user-pools.ts";
import type { Store } from "./platform/store.ts";

/** A person of the demo; the password is this install's. */
export interface SeededUser {
  readonly username: string;
  readonly password: string;
  readonly groups: readonly string[];
}

const PEOPLE = [
  { username: "ada", name: "Ada Admin", groups: ["operators", "admins", "all-sites"] },
  { username: "otto", name: "Otto Operator", groups: ["operators", "site-harbor"] },
  { username: "rita", name: "Rita Ridge", groups: ["operators", "site-ridge"] },
  { username: "gus", name: "Gus Groupless", groups: ["operators"] },
  { username: "adam", name: "Adam Admin", groups: ["operators", "admins", "site-ridge"] },
];

/** Makes the demo's people, once; whoever changed their password since keeps the changed one. */
export async function seedUsers(store: Store, userPools: Pick<UserPoolsService, "createUser">, userPoolId: string): Promise<SeededUser[]> {
  const passwords = store.table<string>("seed-passwords");
  const users: SeededUser[] = [];
  for (const { username, name, groups } of PEOPLE) {
    const password = passwords.get(username) ?? readablePassword();
    passwords.put(username, password);
    await userPools.createUser({ userPoolId, username, name, password, groups, email: `${username}@example.com` });
    users.push({ username, password, groups });
  }
  return users;
}

const LETTERS = "abcdefghjkmnpqrstuvwxyz";
const DIGITS = "23456789";

/** Three groups of five without look-alikes, e.g. `Kwmtz-4hbxq-rpd7v`: 72 bits, and typed without looking twice. */
function readablePassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
  const digit = () => DIGITS.charAt(randomInt(DIGITS.length));
  const upper = () => LETTERS.charAt(randomInt(LETTERS.length)).toUpperCase();
  return [upper() + group(), digit() + group(), group() + digit()].join("-");
}
