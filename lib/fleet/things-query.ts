import { z } from "zod";
import { compareText } from "./compare-text.ts";
import { indexedState } from "./indexed-state.ts";
import { listOf, siteList } from "./query-lists.ts";
import { type IndexedState, SEARCH_LENGTH_MAX, type ThingSummary } from "./thing.ts";
import { compareSections, SECTION_FIELDS, type SectionField, sectionOf } from "./thing-sections.ts";
import { THING_NAME } from "./topics.ts";

export const INDEXED_STATES = ["live", "quiet", "stale", "offline", "never-seen", "alarm"] as const satisfies readonly IndexedState[];
const SORT_KEYS = ["name", "label", "site", "type", "state", "heard"] as const;
type SortKey = (typeof SORT_KEYS)[number];

const LIMIT_MAX = 500;
const NAMES_MAX = 100;
/** Verdicts of the asking screen; with the longest names they still fit a request line. */
const HEARD_MAX = 400;
const HEARD_LENGTH_MAX = 8_192;
/** Free text is compared as text and never becomes part of an AWS query; only what cannot be typed into a field is refused. */
const searchText = z
  .string()
  .max(SEARCH_LENGTH_MAX)
  .regex(/^[^\p{Cc}\p{Cs}\p{Co}\p{Cn}]*$/u);

/** `state.thing`: what the asking screen hears and the index does not know. A thing's name holds no dot. */
const heardVerdict = z
  .string()
  .regex(new RegExp(`^(${INDEXED_STATES.join("|")})\\.`))
  .transform((text) => ({ state: text.slice(0, text.indexOf(".")) as IndexedState, thing: text.slice(text.indexOf(".") + 1) }))
  .refine(({ thing }) => THING_NAME.test(thing));

const word = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}]*$/u);

/** What GET /api/things takes; anything else in it is 400. */
export const thingsQuerySchema = z.object({
  q: searchText.optional(),
  site: siteList.optional(),
  type: listOf(word, 32).optional(),
  group: listOf(word, 32).optional(),
  state: listOf(z.string().pipe(z.enum(INDEXED_STATES)), INDEXED_STATES.length).optional(),
  names: listOf(z.string().regex(THING_NAME), NAMES_MAX).optional(),
  heard: z
    .string()
    .max(HEARD_LENGTH_MAX)
    .transform((text) => text.split(",").filter((part) => part !== ""))
    .pipe(z.array(heardVerdict).max(HEARD_MAX))
    .transform((verdicts) => new Map(verdicts.map(({ thing, state }) => [thing, state])))
    .optional(),
  /** Presence and shadow read for this answer, thing by thing; only with `names`. */
  fresh: z.literal("1").optional(),
  sort: z
    .string()
    .regex(new RegExp(`^-?(${SORT_KEYS.join("|")})$`))
    .optional(),
  /** Things of one section together, in the asked order within it. */
  by: z.enum(SECTION_FIELDS).optional(),
  cursor: z.string().max(64).optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .pipe(z.number().max(LIMIT_MAX))
    .default(100),
});
export type ThingsQuery = z.infer<typeof thingsQuerySchema>;

const STATE_RANK: Record<IndexedState, number> = { alarm: 0, offline: 1, quiet: 2, stale: 3, live: 4, "never-seen": 5 };

/** The state of a thing for one query: what its screen hears, else what the index tells. */
export type StateOf = (thing: ThingSummary) => IndexedState;

export function statesFor({ heard }: Pick<ThingsQuery, "heard">): StateOf {
  return (thing) => heard?.get(thing.thingName) ?? indexedState(thing);
}

function comparisonBy(key: SortKey, stateOf: StateOf): (a: ThingSummary, b: ThingSummary) => number {
  switch (key) {
    case "name":
    case "label":
      return (a, b) => compareText(a.label, b.label);
    case "site":
      return (a, b) => compareText(a.site, b.site);
    case "type":
      return (a, b) => compareText(a.thingType ?? "", b.thingType ?? "");
    case "state":
      return (a, b) => STATE_RANK[stateOf(a)] - STATE_RANK[stateOf(b)];
    case "heard":
      return (a, b) => (b.connectivity?.atMs ?? 0) - (a.connectivity?.atMs ?? 0);
  }
}

/** Things in the asked order; equal ones by name, so that pages never overlap. */
export function sortThings(things: readonly ThingSummary[], sort: string | undefined, stateOf: StateOf = indexedState): ThingSummary[] {
  const isDown = sort?.startsWith("-") === true;
  const key = SORT_KEYS.find((known) => known === sort?.replace("-", "")) ?? "label";
  const compare = comparisonBy(key, stateOf);
  return [...things].sort((a, b) => (isDown ? -compare(a, b) : compare(a, b)) || compareText(a.thingName, b.thingName));
}

/** The same things, those of one section together; their order within it stays. */
export function inSections(things: readonly ThingSummary[], by: SectionField): ThingSummary[] {
  const sections = new Map(things.map((thing) => [thing, sectionOf(thing, by)]));
  return [...things].sort((a, b) => compareSections(sections.get(a) ?? "", sections.get(b) ?? ""));
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
