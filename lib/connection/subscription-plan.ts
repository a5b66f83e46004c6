import type { Topics } from "../fleet/topics.ts";

/** AWS IoT's quotas of one connection (AWS.md D.5). */
export const FILTERS_PER_CONNECTION = 50;
export const FILTERS_PER_PACKET = 8;
export const MESSAGES_PER_SECOND = 100;

/** Room kept in the message budget for shadow and presence, which come in bursts. */
const STATE_RESERVE_PER_SECOND = 20;

/** A thing whose stream is wanted, most wanted first in a list of them. */
export interface WantedThing {
  thing: string;
  site: string;
  messagesPerSecond: number;
}

/** What the page wants to see. */
export interface Interest {
  /** Open devices, then rows on screen. */
  things: WantedThing[];
  /** What a whole site would cost, where known. */
  siteLoads: { site: string; messagesPerSecond: number }[];
}

export const NO_INTEREST: Interest = { things: [], siteLoads: [] };

export interface PlanInput {
  topics: Topics;
  /** The viewer's sites. */
  sites: string[];
  interest: Interest;
}

/** The filters to hold, most important first, and what did not fit. */
export interface SubscriptionPlan {
  filters: string[];
  /** Things left out by the filter or message budget. */
  left: string[];
}

interface Budget {
  filters: number;
  messagesPerSecond: number;
}

/** Whole sites whose stream fits beside what is wanted elsewhere, wanted sites first, cheapest first. */
function chooseSites({ interest, sites }: PlanInput, budget: Budget): Set<string> {
  const wantedSites = new Set(interest.things.map(({ site }) => site));
  const chosen = new Set<string>();
  const candidates = interest.siteLoads
    .filter(({ site }) => sites.includes(site))
    .sort((a, b) => Number(wantedSites.has(b.site)) - Number(wantedSites.has(a.site)) || a.messagesPerSecond - b.messagesPerSecond);
  for (const { site, messagesPerSecond } of candidates) {
    const elsewhere = interest.things.filter((wanted) => wanted.site !== site && !chosen.has(wanted.site));
    const elsewherePerSecond = elsewhere.reduce((sum, wanted) => sum + wanted.messagesPerSecond, 0);
    const fits =
      budget.filters > 0 && messagesPerSecond + Math.min(elsewherePerSecond, budget.messagesPerSecond / 2) <= budget.messagesPerSecond;
    if (!fits) continue;
    chosen.add(site);
    budget.filters -= 1;
    budget.messagesPerSecond -= messagesPerSecond;
  }
  return chosen;
}

/**
 * Which filters one connection should hold: shadow and presence of every site, then whole sites whose stream fits the message budget,
 * then single things in the order they are wanted, until 50 filters or 100 messages a second are used up.
 */
export function planSubscriptions(input: PlanInput): SubscriptionPlan {
  const { topics, sites, interest } = input;
  const filters = sites.flatMap((site) => topics.stateOfSite(site)).slice(0, FILTERS_PER_CONNECTION);
  const budget: Budget = {
    filters: FILTERS_PER_CONNECTION - filters.length,
    messagesPerSecond: MESSAGES_PER_SECOND - STATE_RESERVE_PER_SECOND,
  };
  const wholeSites = chooseSites(input, budget);
  for (const site of wholeSites) filters.push(topics.telemetryOfSite(site));
  const left: string[] = [];
  const seen = new Set<string>();
  for (const { thing, site, messagesPerSecond } of interest.things) {
    if (wholeSites.has(site) || seen.has(thing) || !sites.includes(site)) continue;
    seen.add(thing);
    // The first thing is the open one: it streams even when it alone is over the budget.
    const fits = budget.filters > 0 && (messagesPerSecond <= budget.messagesPerSecond || seen.size === 1);
    if (fits) {
      filters.push(topics.telemetryOf(site, thing));
      budget.filters -= 1;
      budget.messagesPerSecond -= messagesPerSecond;
    } else {
      left.push(thing);
    }
  }
  return { filters, left };
}
