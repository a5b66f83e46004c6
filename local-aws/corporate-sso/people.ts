import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Store } from "../platform/store.ts";

/** Somebody who works at the company that runs this provider. */
export interface CorporatePerson {
  readonly sub: string;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** Made per install and shown to whoever starts the demo. */
  readonly password: string;
}

const EMPLOYEES = [
  { username: "carol", name: "Carol Corporate" },
  { username: "dave", name: "Dave Dispatcher" },
];

/** The provider's two people, the same at every start. */
export function loadPeople(store: Store): readonly CorporatePerson[] {
  const table = store.table<CorporatePerson>("corporate-sso-people");
  return EMPLOYEES.map(({ username, name }) => {
    const known = table.get(username);
    if (known !== undefined) return known;
    const person = {
      sub: randomBytes(9).toString("hex"),
      username,
      name,
      email: `${username}@corporate.example`,
      password: randomBytes(12).toString("base64url"),
    };
    table.put(username, person);
    return person;
  });
}

/** The person who knows this password; undefined otherwise. */
export function findPerson(people: readonly CorporatePerson[], login: string, password: string): CorporatePerson | undefined {
  const name = login.trim().toLowerCase();
  const person = people.find((candidate) => candidate.username === name || candidate.email === name);
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(person?.password ?? ""), digest(password)) ? person : undefined;
}
