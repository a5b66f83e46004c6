import { AwsError } from "../../platform/aws-error.ts";
import type { UserRecord } from "../directory/records.ts";
import { toAttributeList, toUserType } from "./shapes.ts";

export interface UserQuery {
  readonly Filter?: string | undefined;
  readonly Limit?: number | undefined;
  readonly PaginationToken?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

/** `attribute = "value"` or `attribute ^= "prefix"`, one condition, as ListUsers documents. */
const FILTER = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;
const SEARCHABLE = [
  "username",
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "preferred_username",
  "cognito:user_status",
  "status",
  "sub",
];

/** One page of users. Throws `InvalidParameterException` for a filter or token ListUsers would refuse. */
export function listUsers(
  users: readonly UserRecord[],
  { Filter: filter, Limit: limit, PaginationToken: token, AttributesToGet: names }: UserQuery,
): object {
  const matching = users.filter(parseFilter(filter));
  const page = paginate(matching, { limit, token, idOf: (user) => user.sub });
  const shown = page.items.map((user) =>
    names === undefined
      ? toUserType(user)
      : { ...toUserType(user), Attributes: toAttributeList(user).filter(({ Name }) => names.includes(Name)) },
  );
  return { Users: shown, ...(page.next === undefined ? {} : { PaginationToken: page.next }) };
}

function parseFilter(filter: string | undefined): (user: UserRecord) => boolean {
  if (filter === undefined || filter.trim() === "") return () => true;
  const [, name = "", operator, quoted = ""] = FILTER.exec(filter) ?? [];
  if (!SEARCHABLE.includes(name)) throw new AwsError("InvalidParameterException", "One or more requested attributes do not exist.");
  const wanted = quoted.replaceAll(/\\(.)/g, "$1");
  const valueOf = (user: UserRecord): string | undefined => {
    if (name === "username") return user.username;
    if (name === "sub") return user.sub;
    if (name === "cognito:user_status") return user.status;
    if (name === "status") return user.isEnabled ? "Enabled" : "Disabled";
    return user.attributes[name];
  };
  return (user) => (operator === "^=" ? valueOf(user)?.startsWith(wanted) === true : valueOf(user) === wanted);
}

export interface PageRequest<Item> {
  readonly limit: number | undefined;
  /** Id of the last item of the page before. */
  readonly token: string | undefined;
  idOf(item: Item): string;
}

const PAGE_MAX = 60;

export function paginate<Item>(
  items: readonly Item[],
  { limit, token, idOf }: PageRequest<Item>,
): { items: readonly Item[]; next?: string } {
  const size = limit === undefined || limit === 0 ? PAGE_MAX : Math.min(limit, PAGE_MAX);
  const after = token === undefined ? -1 : items.findIndex((item) => encode(idOf(item)) === token);
  if (token !== undefined && after < 0) throw new AwsError("InvalidParameterException", "Invalid pagination token");
  const page = items.slice(after + 1, after + 1 + size);
  const last = page.at(-1);
  const isMore = last !== undefined && after + 1 + size < items.length;
  return isMore ? { items: page, next: encode(idOf(last)) } : { items: page };
}

function encode(id: string): string {
  return Buffer.from(id).toString("base64url");
}
