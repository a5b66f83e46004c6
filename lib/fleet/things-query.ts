import { z } from "zod";
import type { IndexedState, ThingSummary } from "./thing.ts";
import { THING_NAME } from "./topics.ts";

export const INDEXED_STATES = ["live", "quiet", "offline", "never-seen", "alarm"] as const satisfies readonly IndexedState[];
const SORT_KEYS = ["name", "label", "site", "type", "state", "heard"] as const;
type SortKey = (typeof SORT_KEYS)[number];

const LIMIT_MAX = 500;
const NAMES_MAX = 100;
/** Free text is compared as text and never becomes part of an AWS query; only what cannot be typed into a field is refused. */
const searchText = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}\p{Co}\p{Cn}]*$/u);
const list = <Item extends string>(item: z.ZodType<Item, string>, countMax: number) =>
  z
    .string()
    .max(countMax * 129)
    .transform((text) => text.split(",").filter((part) => part !== ""))
    .pipe(z.array(item).max(countMax));

const word = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}]*$/u);

/** What GET /api/things takes; anything else in it is 400. */
export const thingsQuerySchema = z.object({
  q: searchText.optional(),
  site: list(z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/), 16).optional(),
  type: list(word, 32).optional(),
  group: list(word, 32).optional(),
  state: list(z.string().pipe(z.enum(INDEXED_STATES)), INDEXED_STATES.length).optional(),
  names: list(z.string().regex(THING_NAME), NAMES_MAX).optional(),
  sort: z
    .string()
    .regex(new RegExp(`^-?(${SORT_KEYS.join("|")})$`))
    .optional(),
  cursor: z.string().max(12).optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .pipe(z.number().max(LIMIT_MAX))
    .default(100),
});
export type ThingsQuery = z.infer<typeof thingsQuerySchema>;

/** The state a server can tell from the index. */
export function indexedState({ connectivity, shadow }: Pick<ThingSummary, "connectivity" | "shadow">): IndexedState {
  const alarm = shadow?.reported.alarm;
  const hasAlarm =
    alarm === true || (typeof alarm === "string" && alarm !== "" && alarm !== "none") || (Array.isArray(alarm) && alarm.length > 0);
  if (connectivity?.isConnected === true) return hasAlarm ? "alarm" : "live";
  const hasReported = shadow !== null && Object.keys(shadow.reported).length > 0;
  return connectivity?.atMs == null && !hasReported ? "never-seen" : "offline";
}

const compareText = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
const STATE_RANK: Record<IndexedState, number> = { alarm: 0, offline: 1, quiet: 2, live: 3, "never-seen": 4 };

function comparisonBy(key: SortKey): (a: ThingSummary, b: ThingSummary) => number {
  switch (key) {
    case "name":
    case "label":
      return (a, b) => compareText(a.label, b.label);
    case "site":
      return (a, b) => compareText(a.site, b.site);
    case "type":
      return (a, b) => compareText(a.thingType ?? "", b.thingType ?? "");
    case "state":
      return (a, b) => STATE_RANK[indexedState(a)] - STATE_RANK[indexedState(b)];
    case "heard":
      return (a, b) => (b.connectivity?.atMs ?? 0) - (a.connectivity?.atMs ?? 0);
  }
}

/** Things in the asked order; equal ones by name, so that pages never overlap. */
export function sortThings(things: readonly ThingSummary[], sort: string | undefined): ThingSummary[] {
  const isDown = sort?.startsWith("-") === true;
  const key = SORT_KEYS.find((known) => known === sort?.replace("-", "")) ?? "label";
  const compare = comparisonBy(key);
  return [...things].sort((a, b) => (isDown ? -compare(a, b) : compare(a, b)) || compareText(a.thingName, b.thingName));
}

/** Whether every word of the search stands somewhere in the thing's name, label, type, groups or attributes. */
function matchesText(thing: ThingSummary, words: string[]): boolean {
  if (words.length === 0) return true;
  const text = [thing.thingName, thing.label, thing.thingType ?? "", thing.site, ...thing.groups, ...Object.values(thing.attributes)]
    .join("\n")
    .toLowerCase();
  return words.every((part) => text.includes(part));
}

/** The things that match everything but the state filter. */
export function filterThings(things: readonly ThingSummary[], query: Omit<ThingsQuery, "limit">): ThingSummary[] {
  const words = (query.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const names = query.names && new Set(query.names);
  return things.filter(
    (thing) =>
      (!names || names.has(thing.thingName)) &&
      (!query.site?.length || query.site.includes(thing.site)) &&
      (!query.type?.length || query.type.includes(thing.thingType ?? "")) &&
      (!query.group?.length || thing.groups.some((group) => query.group?.includes(group))) &&
      matchesText(thing, words),
  );
}
