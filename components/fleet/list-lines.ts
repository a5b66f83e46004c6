import type { ThingSummary } from "@/lib/fleet/thing";
import { type SectionField, sectionOf } from "@/lib/fleet/thing-sections";

/** A line of the list: a thing, with its place among the things, or the head of those that follow. */
export type ListLine =
  { readonly thing: ThingSummary; readonly index: number } | { readonly section: string; readonly count: number | undefined };

export interface ListLines {
  readonly lines: readonly ListLine[];
  /** The line of each thing. */
  readonly lineOf: readonly number[];
}

/** The things, ordered by section, with a head before each section; without `by` the things alone. */
export function listLines(things: readonly ThingSummary[], by: SectionField | null, counts: ReadonlyMap<string, number>): ListLines {
  const lines: ListLine[] = [];
  const lineOf: number[] = [];
  let last: string | null = null;
  things.forEach((thing, index) => {
    const section = by === null ? null : sectionOf(thing, by);
    if (section !== null && section !== last) lines.push({ section, count: counts.get(section) });
    last = section;
    lineOf.push(lines.length);
    lines.push({ thing, index });
  });
  return { lines, lineOf };
}
