import "server-only";
import { DescribeThingCommand } from "@aws-sdk/client-iot";
import { GetThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { AppError } from "../platform/app-error.ts";
import { iot, iotData } from "../platform/aws-clients.server.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { parseShadowText, toThingSummary } from "./indexed-thing.ts";
import { siteIndex } from "./site-index.server.ts";
import type { IndexedState, ShadowDocument, SiteLoad, ThingDetail, ThingsPage, ThingSummary } from "./thing.ts";
import { filterThings, indexedState, sortThings, type ThingsQuery } from "./things-query.ts";
import { THING_NAME } from "./topics.ts";

/** Whose sites may be looked at; a Viewer is one. */
interface SiteScope {
  sites: readonly { id: string }[];
}

const DETAIL_FRESH_MS = 500;
const DETAILS_MAX = 500;

function countByState(things: readonly ThingSummary[]): Record<IndexedState, number> {
  const counts: Record<IndexedState, number> = { live: 0, quiet: 0, offline: 0, "never-seen": 0, alarm: 0 };
  for (const thing of things) counts[indexedState(thing)] += 1;
  return counts;
}

function loadOf(site: string, things: readonly ThingSummary[]): SiteLoad {
  const expectedMessagesPerSecond = things.reduce((sum, { intervalMs }) => sum + 1000 / Math.max(100, intervalMs), 0);
  return { site, thingCount: things.length, expectedMessagesPerSecond };
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined || cursor === "") return 0;
  if (!/^[1-9]\d{0,5}$/.test(cursor)) throw new AppError("fleet/cursor-invalid");
  return Number(cursor);
}

const distinct = (words: string[]): string[] => [...new Set(words)].sort();

/** One page of the viewer's things, with counts and choices over all that match; throws fleet/cursor-invalid, fleet/unavailable. */
export async function searchThings({ sites }: SiteScope, query: ThingsQuery): Promise<ThingsPage> {
  const offset = offsetOf(query.cursor);
  const indexes = await Promise.all(sites.map(async ({ id }) => ({ site: id, ...(await siteIndex(id)) })));
  const all = indexes.flatMap(({ things }) => things);
  const matching = filterThings(all, query);
  const { state } = query;
  const shown = state?.length ? matching.filter((thing) => state.includes(indexedState(thing))) : matching;
  const end = offset + query.limit;
  return {
    things: sortThings(shown, query.sort).slice(offset, end),
    nextCursor: end < shown.length ? String(end) : null,
    totalCount: shown.length,
    countsByState: countByState(matching),
    thingTypes: distinct(all.flatMap(({ thingType }) => thingType ?? [])),
    groups: distinct(all.flatMap(({ groups }) => groups)),
    siteLoads: indexes.map(({ site, things }) => loadOf(site, things)),
    readAtMs: Math.min(Date.now(), ...indexes.map(({ readAtMs }) => readAtMs)),
  };
}

const isMissing = (error: unknown): boolean => error instanceof Error && error.name === "ResourceNotFoundException";

async function readShadow(thingName: string): Promise<ShadowDocument | null> {
  try {
    const { payload } = await iotData().send(new GetThingShadowCommand({ thingName }));
    return payload ? parseShadowText(new TextDecoder().decode(payload)) : null;
  } catch (error) {
    // No shadow yet is an answer: controls show "unknown" until the first write.
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A thing the index does not know (it lags behind by seconds), from the registry itself; its groups stay unknown until the index knows it. */
async function describe(thingName: string): Promise<ThingSummary | null> {
  try {
    return toThingSummary(await iot().send(new DescribeThingCommand({ thingName })));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function findThing(thingName: string, { sites }: SiteScope): Promise<ThingSummary> {
  const indexes = await Promise.all(sites.map(({ id }) => siteIndex(id)));
  const indexed = indexes.flatMap(({ things }) => things).find((thing) => thing.thingName === thingName);
  const found = indexed ?? (await describe(thingName));
  // Another site's thing and no thing look the same from outside.
  if (!found || !sites.some(({ id }) => id === found.site)) throw new AppError("thing/not-found");
  return found;
}

interface Detail {
  atMs: number;
  shadow: Promise<ShadowDocument | null>;
}

const recentShadows = processSingleton("fleet/recent-shadows", () => new Map<string, Detail>());

/** Several tabs that open one device at once cost one read. */
function recentShadow(thingName: string): Promise<ShadowDocument | null> {
  const recent = recentShadows();
  const known = recent.get(thingName);
  if (known && Date.now() - known.atMs < DETAIL_FRESH_MS) return known.shadow;
  if (recent.size >= DETAILS_MAX) recent.clear();
  const shadow = readShadow(thingName);
  recent.set(thingName, { atMs: Date.now(), shadow });
  shadow.catch(() => recent.delete(thingName));
  return shadow;
}

/** One thing of the viewer's sites with its shadow as it is now; throws thing/not-found, fleet/unavailable. */
export async function getThing(scope: SiteScope, thingName: string): Promise<ThingDetail> {
  if (!THING_NAME.test(thingName)) throw new AppError("thing/not-found");
  const found = await findThing(thingName, scope);
  const shadow = await recentShadow(thingName);
  return { ...found, shadow, readAtMs: Date.now() };
}
