import "server-only";
import { DescribeThingCommand } from "@aws-sdk/client-iot";
import { AppError } from "../platform/app-error.ts";
import { iot } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";
import { subkey } from "../session/sealing.ts";
import { toThingSummary } from "./indexed-thing.ts";
import { siteIndex } from "./site-index.server.ts";
import { isMissing, withFreshState } from "./thing-state.server.ts";
import type { IndexedState, SiteLoad, ThingDetail, ThingsPage, ThingSummary } from "./thing.ts";
import { filterThings, inSections, type StateOf, sortThings, statesFor, type ThingsQuery } from "./things-query.ts";
import { openThingsCursor, sealThingsCursor } from "./things-cursor.ts";
import { countSections } from "./thing-sections.ts";
import { THING_NAME } from "./topics.ts";

/** Whose sites may be looked at; a Viewer is one. */
interface SiteScope {
  sub: string;
  sites: readonly { id: string }[];
}

function countByState(things: readonly ThingSummary[], stateOf: StateOf): Record<IndexedState, number> {
  const counts: Record<IndexedState, number> = { live: 0, quiet: 0, stale: 0, offline: 0, "never-seen": 0, alarm: 0 };
  for (const thing of things) counts[stateOf(thing)] += 1;
  return counts;
}

function loadOf(site: string, things: readonly ThingSummary[]): SiteLoad {
  const expectedMessagesPerSecond = things.reduce((sum, { intervalMs }) => sum + 1000 / Math.max(100, intervalMs), 0);
  return { site, thingCount: things.length, expectedMessagesPerSecond };
}

/** Where this page begins and how the next is named: a cursor is good for one viewer and one list. */
function pagesOf(sub: string, query: ThingsQuery): { offset: number; seal: (offset: number) => string } {
  const keys = env().SESSION_KEYS.map((secret) => subkey(secret, "thingdeck things cursor"));
  const scope = { sub, query };
  const [key] = keys;
  const offset = query.cursor === undefined ? 0 : openThingsCursor(query.cursor, scope, keys);
  if (offset === undefined || !key) throw new AppError("fleet/cursor-invalid");
  return { offset, seal: (next) => sealThingsCursor(next, scope, key) };
}

const distinct = (words: string[]): string[] => [...new Set(words)].sort();

/** One page of the viewer's things, with counts and choices over all that match; throws fleet/cursor-invalid, fleet/unavailable. */
export async function searchThings({ sub, sites }: SiteScope, query: ThingsQuery): Promise<ThingsPage> {
  const { offset, seal } = pagesOf(sub, query);
  const indexes = await Promise.all(sites.map(async ({ id }) => ({ site: id, ...(await siteIndex(id)) })));
  const all = indexes.flatMap(({ things }) => things);
  const matching = filterThings(all, query);
  const { state, names, fresh, by } = query;
  const stateOf = statesFor(query);
  const shown = state?.length ? matching.filter((thing) => state.includes(stateOf(thing))) : matching;
  const end = offset + query.limit;
  const isWhole = indexes.every((index) => index.isWhole);
  const sorted = sortThings(shown, query.sort, stateOf);
  const things = (by ? inSections(sorted, by) : sorted).slice(offset, end);
  return {
    things: fresh && names ? await Promise.all(things.map(withFreshState)) : things,
    // A list that still grows has no places to go on from.
    nextCursor: isWhole && end < shown.length ? seal(end) : null,
    totalCount: shown.length,
    countsByState: countByState(matching, stateOf),
    ...(by && { sections: countSections(shown, things, by) }),
    thingTypes: distinct(all.flatMap(({ thingType }) => thingType ?? [])),
    groups: distinct(all.flatMap(({ groups }) => groups)),
    isWhole,
    siteLoads: indexes.flatMap(({ site, things, ...index }) => (index.isWhole ? [loadOf(site, things)] : [])),
    readAtMs: Math.min(Date.now(), ...indexes.map(({ readAtMs }) => readAtMs)),
  };
}

/** A thing the index does not know (it lags behind by seconds), from the registry itself; its groups stay unknown until the index knows it. */
async function describe(thingName: string): Promise<ThingSummary | null> {
  const readAtMs = Date.now();
  try {
    return toThingSummary(await iot().send(new DescribeThingCommand({ thingName })), readAtMs);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** One thing of the viewer's sites as the index or the registry knows it; throws thing/not-found, fleet/unavailable. */
export async function requireThing({ sites }: SiteScope, thingName: string): Promise<ThingSummary> {
  if (!THING_NAME.test(thingName)) throw new AppError("thing/not-found");
  const indexes = await Promise.all(sites.map(({ id }) => siteIndex(id)));
  const indexed = indexes.flatMap(({ things }) => things).find((thing) => thing.thingName === thingName);
  const found = indexed ?? (await describe(thingName));
  // Another site's thing and no thing look the same from outside.
  if (!found || !sites.some(({ id }) => id === found.site)) throw new AppError("thing/not-found");
  return found;
}

/** One thing of the viewer's sites with its presence and shadow as they are now; throws thing/not-found, fleet/unavailable. */
export async function getThing(scope: SiteScope, thingName: string): Promise<ThingDetail> {
  return withFreshState(await requireThing(scope, thingName));
}
