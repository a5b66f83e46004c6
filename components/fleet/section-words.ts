import type { SectionField } from "@/lib/fleet/thing-sections";
import type { ColumnContext } from "./thing-columns";

const WITHOUT: Record<SectionField, string> = { site: "No site", type: "No type", group: "In no group" };

/** A section's name as its head shows it. */
export function sectionWords(section: string, by: SectionField | null, { siteLabel }: ColumnContext): string {
  if (section === "" && by !== null) return WITHOUT[by];
  return by === "site" ? siteLabel(section) : section;
}
