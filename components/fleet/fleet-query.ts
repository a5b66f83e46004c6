import type { IndexedState } from "@/lib/fleet/thing";
import { INDEXED_STATES, LIVENESS } from "./liveness-words";

/** What a device list is narrowed to and how it is ordered; the same words stand in the URL and in GET /api/things. */
export interface FleetQuery {
  readonly q: string;
  readonly site: string | null;
  readonly type: string | null;
  readonly state: IndexedState | null;
  readonly group: string | null;
  readonly sort: string | null;
}

export const EMPTY_QUERY: FleetQuery = { q: "", site: null, type: null, state: null, group: null, sort: null };

/** The fields a filter can be about. */
export const FILTER_FIELDS = ["state", "type", "site", "group"] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

export const FIELD_LABELS: Record<FilterField, string> = { state: "State", type: "Type", site: "Site", group: "Group" };

export interface FilterChip {
  readonly field: FilterField | "q";
  readonly label: string;
  readonly operator: "is" | "contains";
  readonly value: string;
}

/** The chips above the list, the search first. */
export function filterChips(query: FleetQuery, labelOf: (field: FilterField, value: string) => string): FilterChip[] {
  const fields = FILTER_FIELDS.flatMap((field): FilterChip[] => {
    const value = query[field];
    return value === null ? [] : [{ field, label: FIELD_LABELS[field], operator: "is", value: labelOf(field, value) }];
  });
  return query.q === "" ? fields : [{ field: "q", label: "Name", operator: "contains", value: query.q }, ...fields];
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
  for (const name of ["q", "site", "type", "state", "group", "sort"] as const) {
    const value = query[name];
    if (value) search.set(name, value);
  }
  if (page.limit !== undefined) search.set("limit", String(page.limit));
  if (page.cursor !== undefined) search.set("cursor", page.cursor);
  return search.toString();
}

/** The address of the list narrowed this way. */
export function devicesHref(query: Partial<FleetQuery>): string {
  const search = toSearch(query);
  return search === "" ? "/devices" : `/devices?${search}`;
}

/** Reads a query back from search parameters; unknown states are dropped. The inverse of `toSearch`. */
export function fromSearch(search: URLSearchParams): FleetQuery {
  const text = (name: string): string | null => search.get(name)?.slice(0, 128) || null;
  return {
    q: text("q") ?? "",
    site: text("site"),
    type: text("type"),
    state: INDEXED_STATES.find((state) => state === search.get("state")) ?? null,
    group: text("group"),
    sort: text("sort"),
  };
}

export const isFiltered = (query: FleetQuery): boolean => query.q !== "" || FILTER_FIELDS.some((field) => query[field] !== null);

/** The next order when a column's head is pressed: ascending, descending, then none. */
export function nextSort(current: string | null, key: string): string | null {
  if (current === key) return `-${key}`;
  return current === `-${key}` ? null : key;
}
