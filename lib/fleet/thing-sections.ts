import { compareText } from "./compare-text.ts";
import type { ThingSummary } from "./thing.ts";

/** What a list's rows may stand together by. */
export const SECTION_FIELDS = ["site", "type", "group"] as const;
export type SectionField = (typeof SECTION_FIELDS)[number];

/** Whose section a thing stands in; "" is that of things without. Thing groups overlap: things of the same groups stand together, so that each stands once. */
export function sectionOf({ site, thingType, groups }: Pick<ThingSummary, "site" | "thingType" | "groups">, by: SectionField): string {
  if (by === "site") return site;
  return by === "type" ? (thingType ?? "") : [...groups].sort(compareText).join(", ");
}

/** The order of sections: by name, things without one last. */
export function compareSections(a: string, b: string): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  return compareText(a, b) || (a < b ? -1 : Number(a > b));
}

/** How many of `all` stand in each section that `shown` has a thing of. */
export function countSections(all: readonly ThingSummary[], shown: readonly ThingSummary[], by: SectionField): Record<string, number> {
  const counts = new Map(shown.map((thing) => [sectionOf(thing, by), 0]));
  for (const thing of all) {
    const section = sectionOf(thing, by);
    const count = counts.get(section);
    if (count !== undefined) counts.set(section, count + 1);
  }
  return Object.fromEntries(counts);
}
