import { type IndexedState, SEARCH_LENGTH_MAX } from "@/lib/fleet/thing";
import type { SectionField } from "@/lib/fleet/thing-sections";
import { INDEXED_STATES, LIVENESS } from "./liveness-words";

/** What a device list is narrowed to and how it is ordered; the same words stand in the URL and in GET /api/things. */
export interface FleetQuery {
  readonly q: string;
  readonly site: readonly string[];
  readonly type: readonly string[];
  readonly state: readonly IndexedState[];
  readonly group: readonly string[];
  readonly sort: string | null;
  /** What the rows stand together by. */
  readonly by?: SectionField | null;
}

/** The fields a filter can be about. */
export const FILTER_FIELDS = ["state", "type", "site", "group"] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

export const FIELD_LABELS: Record<FilterField, string> = { state: "State", type: "Type", site: "Site", group: "Group" };

export interface FieldChip {
  readonly field: FilterField;
  readonly label: string;
  readonly operator: "is" | "is any of";
  /** The chosen values in words. */
  readonly value: string;
}

/** The chips above the list, one per narrowed field. */
export function filterChips(query: FleetQuery, labelOf: (field: FilterField, value: string) => string): FieldChip[] {
  return FILTER_FIELDS.flatMap((field): FieldChip[] => {
    const values = query[field];
    if (values.length === 0) return [];
    const operator = values.length > 1 ? "is any of" : "is";
    return [{ field, label: FIELD_LABELS[field], operator, value: values.map((value) => labelOf(field, value)).join(", ") }];
  });
}

/** The word of a value as the chip and the choice list show it. */
export function filterValueLabel(field: FilterField, value: string, sites: readonly { id: string; label: string }[]): string {
  if (field === "state")
    return INDEXED_STATES.find((state) => state === value) === undefined ? value : LIVENESS[value as IndexedState].word;
  if (field === "site") return sites.find((site) => site.id === value)?.label ?? value;
  return value;
}

/** Search parameters of a page of things; empty values are left out so that equal queries have equal keys. */
export function toSearch(query: Partial<FleetQuery>, page: { readonly cursor?: string; readonly limit?: number } = {}): string {
  const search = new URLSearchParams();
  if (query.q) search.set("q", query.q);
  for (const field of FILTER_FIELDS) {
    const values = query[field] ?? [];
    if (values.length > 0) search.set(field, values.join(","));
  }
  if (query.sort) search.set("sort", query.sort);
  if (query.by) search.set("by", query.by);
  if (page.limit !== undefined) search.set("limit", String(page.limit));
  if (page.cursor !== undefined) search.set("cursor", page.cursor);
  return search.toString();
}

/** The address of the list narrowed this way. */
export function devicesHref(query: Partial<FleetQuery>): string {
  const search = toSearch(query);
  return search === "" ? "/devices" : `/devices?${search}`;
}

/** Reads a query back from search parameters; unknown states are dropped. The inverse of `toSearch`, but for what rows stand together by. */
export function fromSearch(search: URLSearchParams): FleetQuery {
  const list = (name: string): string[] => (search.get(name) ?? "").split(",").filter((value) => value !== "" && value.length <= 128);
  return {
    q: search.get("q")?.slice(0, SEARCH_LENGTH_MAX) ?? "",
    site: list("site"),
    type: list("type"),
    state: INDEXED_STATES.filter((state) => list("state").includes(state)),
    group: list("group"),
    sort: search.get("sort"),
  };
}

export const isFiltered = (query: FleetQuery): boolean => query.q !== "" || FILTER_FIELDS.some((field) => query[field].length > 0);

/** The next order when a column's head is pressed: ascending, descending, then none. */
export function nextSort(current: string | null, key: string): string | null {
  if (current === key) return `-${key}`;
  return current === `-${key}` ? null : key;
}
