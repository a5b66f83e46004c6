import "server-only";
import { SearchIndexCommand } from "@aws-sdk/client-iot";
import { AppError } from "../platform/app-error.ts";
import { iot } from "../platform/aws-clients.server.ts";
import { log } from "../platform/log.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { toThingSummary } from "./indexed-thing.ts";
import type { ThingSummary } from "./thing.ts";

/** All things of one site as the fleet index knew them. */
export interface SiteIndex {
  things: ThingSummary[];
  readAtMs: number;
}

interface Entry {
  index: SiteIndex | null;
  inFlight: Promise<SiteIndex> | null;
}

/** SearchIndex answers 100 things a call and takes about 10 calls a second per account: a site is read as a whole, and seldom. */
const PAGE_SIZE = 100;
const THINGS_MAX = 20_000;
const FRESH_MS_MIN = 2_000;
/** A site of 10,000 things costs 100 calls: it is read again at most every 50 s; presence and shadows arrive live meanwhile. */
const FRESH_MS_PER_PAGE = 500;
/** How old an index may be and still be shown while it is read again. */
const STALE_MS_MAX = 10 * 60_000;

const entries = processSingleton("fleet/site-index", () => new Map<string, Entry>());

async function readSite(site: string): Promise<SiteIndex> {
  const things: ThingSummary[] = [];
  const readAtMs = Date.now();
  let nextToken: string | undefined;
  do {
    // `site` is the id of a configured site ([a-z0-9-]), never what a viewer typed.
    const answer = await iot().send(
      new SearchIndexCommand({ indexName: "AWS_Things", queryString: `attributes.site:${site}`, maxResults: PAGE_SIZE, nextToken }),
    );
    for (const found of answer.things ?? []) {
      const thing = toThingSummary(found, readAtMs);
      // The index matches without regard to case; a site is exact.
      if (thing?.site === site) things.push(thing);
    }
    nextToken = answer.nextToken;
  } while (nextToken !== undefined && things.length < THINGS_MAX);
  return { things, readAtMs };
}

function freshMs({ things }: SiteIndex): number {
  return Math.max(FRESH_MS_MIN, Math.ceil(things.length / PAGE_SIZE) * FRESH_MS_PER_PAGE);
}

function refresh(site: string, entry: Entry): Promise<SiteIndex> {
  entry.inFlight ??= readSite(site)
    .then((index) => (entry.index = index))
    .catch((cause: unknown) => {
      log.warn({ site, reason: cause instanceof Error ? cause.name : "unknown" }, "fleet index not read");
      throw new AppError("fleet/unavailable", { cause });
    })
    .finally(() => (entry.inFlight = null));
  return entry.inFlight;
}

/**
 * The things of a configured site, shared by all viewers of the process: fresh to two seconds for a small site, longer for a large one.
 * Throws fleet/unavailable when the index cannot be read and nothing recent is known.
 */
export async function siteIndex(site: string): Promise<SiteIndex> {
  const entry = entries().get(site) ?? { index: null, inFlight: null };
  entries().set(site, entry);
  const { index } = entry;
  const ageMs = index ? Date.now() - index.readAtMs : Number.POSITIVE_INFINITY;
  if (index && ageMs < freshMs(index)) return index;
  const reading = refresh(site, entry);
  const isSmall = index !== null && index.things.length <= PAGE_SIZE;
  if (!index || ageMs > STALE_MS_MAX) return await reading;
  if (isSmall) return await reading.catch(() => index);
  reading.catch(() => undefined);
  return index;
}
