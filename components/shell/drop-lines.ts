import type { DropCounters } from "@/lib/connection/connection-state";

export interface DropLine {
  readonly label: string;
  readonly count: number;
  readonly why: string;
}

/** The counters that are not zero, each with its reason. Duplicates are no loss, so they come last. */
export function dropLines(drops: DropCounters): DropLine[] {
  return [
    { label: "Over budget", count: drops.thingsOverBudget, why: "devices on screen wait for room in the connection's budget" },
    { label: "Shed", count: drops.shed, why: "values this page could not keep up with" },
    {
      label: "Stream full",
      count: drops.fullSeconds,
      why: `seconds in which ${drops.budgetPerSecond} messages came, all that AWS IoT brings on one connection: it discards what is beyond`,
    },
    { label: "Malformed", count: drops.malformed, why: "messages refused: not readable, too large or too deep" },
    { label: "Refused", count: drops.refusedFilters, why: "subscriptions the fleet did not allow" },
    { label: "Unknown topic", count: drops.unknownTopic, why: "messages on topics this deck does not know" },
    { label: "Duplicates", count: drops.duplicate, why: "messages already shown" },
  ].filter((line) => line.count > 0);
}

/** How many things a person should know are missing from the screen; duplicates are not missing. */
export const missingCount = (drops: DropCounters): number =>
  drops.thingsOverBudget + drops.shed + drops.malformed + drops.refusedFilters + drops.unknownTopic;
