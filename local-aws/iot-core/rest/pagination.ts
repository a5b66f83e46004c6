import { AwsError } from "../../platform/aws-error.ts";

export interface PageRequest {
  readonly token: string | null | undefined;
  /** As given; `null` for the default. */
  readonly size: string | number | null | undefined;
  readonly sizeMax: number;
  readonly sizeDefault?: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/**
 * One page of `items` in the order of their keys. The token names the last key, so that rows which come and go between
 * two pages neither repeat nor hide others. Throws `InvalidRequestException` for a token or size that is none.
 */
export function paginate<Item>(items: readonly Item[], keyOf: (item: Item) => string, request: PageRequest): Page<Item> {
  const size = pageSize(request);
  const after = request.token === null || request.token === undefined ? undefined : decodeToken(request.token);
  const sorted = items.map((item) => ({ key: keyOf(item), item })).sort((left, right) => compare(left.key, right.key));
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => key > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const hasMore = rest.length > page.length && last !== undefined;
  return { items: page.map(({ item }) => item), ...(hasMore ? { nextToken: encodeToken(last.key) } : {}) };
}

const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

function pageSize({ size, sizeMax, sizeDefault = sizeMax }: PageRequest): number {
  if (size === null || size === undefined || size === "") return sizeDefault;
  const count = Number(size);
  if (!Number.isInteger(count) || count < 1 || count > sizeMax) {
    throw new AwsError("InvalidRequestException", `The page size must be an integer between 1 and ${sizeMax}`, 400);
  }
  return count;
}

const encodeToken = (key: string) => Buffer.from(JSON.stringify({ after: key })).toString("base64url");

function decodeToken(token: string): string {
  try {
    const value = JSON.parse(Buffer.from(token, "base64url").toString()) as { after?: unknown } | null;
    if (typeof value?.after === "string") return value.after;
  } catch {
    // Falls through to the one refusal for every kind of broken token.
  }
  throw new AwsError("InvalidRequestException", "Invalid nextToken", 400);
}
