import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { SearchIndexCommand } from "@aws-sdk/client-iot";
import { AppError } from "../platform/app-error.ts";
import { iot } from "../platform/aws-clients.server.ts";
import { log } from "../platform/log.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { toThingSummary } from "./indexed-thing.ts";
import type { ThingSummary } from "./thing.ts";

/** The things of one site as the fleet index knew them. */
export interface SiteIndex {
  things: ThingSummary[];
  readAtMs: number;
  /** False while a large site is read for the first time: these are the things read so far. */
  isWhole: boolean;
}

interface Reading {
  whole: Promise<SiteIndex>;
  /** What to show of it meanwhile; resolves with the first page at the earliest. */
  part: Promise<() => SiteIndex>;
}

interface Entry {
  index: SiteIndex | null;
  reading: Reading | null;
}

/** SearchIndex answers 100 things a call and takes about 10 calls a second per account: a site is read as a whole, and seldom. */
const PAGE_SIZE = 100;
const THINGS_MAX = 20_000;
const FRESH_MS_MIN = 2_000;
/** A site of 10,000 things costs 100 calls: it is read again at most every 50 s; presence and shadows arrive live meanwhile. */
const FRESH_MS_PER_PAGE = 500;
/** So long a whole answer is waited for before the things read so far are shown: a site of 10,000 takes AWS ten seconds. */
const PATIENCE_MS = 1_500;
/** How old an index may be and still be shown while it is read again. */
const STALE_MS_MAX = 10 * 60_000;

const entries = processSingleton("fleet/site-index", () => new Map<string, Entry>());

async function readSite(site: string, onPage: (soFar: SiteIndex) => void): Promise<SiteIndex> {
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
    if (nextToken !== undefined) onPage({ things, readAtMs, isWhole: false });
  } while (nextToken !== undefined && things.length < THINGS_MAX);
  return { things, readAtMs, isWhole: true };
}

function freshMs({ things }: SiteIndex): number {
  return Math.max(FRESH_MS_MIN, Math.ceil(things.length / PAGE_SIZE) * FRESH_MS_PER_PAGE);
}

function beginReading(site: string, entry: Entry): Reading {
  const { promise: firstPage, resolve: onPage } = Promise.withResolvers<SiteIndex>();
  const whole = readSite(site, onPage)
    .then((index) => (entry.index = index))
    .catch((cause: unknown) => {
      log.warn({ site, reason: cause instanceof Error ? cause.name : "unknown" }, "fleet index not read");
      throw new AppError("fleet/unavailable", { cause });
    })
    .finally(() => (entry.reading = null));
  // The array of the first page is the one that grows: who is shown a part gets its own copy.
  const part = Promise.all([firstPage, delay(PATIENCE_MS)]).then(([soFar]) => () => ({ ...soFar, things: [...soFar.things] }));
  return { whole, part };
}

/**
 * The things of a configured site, shared by all viewers of the process: fresh to two seconds for a small site, longer for a large one. Of a
 * large site of which nothing recent is known, the part read so far. Throws fleet/unavailable when the index cannot be read.
 */
export async function siteIndex(site: string): Promise<SiteIndex> {
  const entry = entries().get(site) ?? { index: null, reading: null };
  entries().set(site, entry);
  const { index } = entry;
  const ageMs = index ? Date.now() - index.readAtMs : Number.POSITIVE_INFINITY;
  if (index && ageMs < freshMs(index)) return index;
  entry.reading ??= beginReading(site, entry);
  const { whole, part } = entry.reading;
  const isSmall = index !== null && index.things.length <= PAGE_SIZE;
  if (!index || ageMs > STALE_MS_MAX) return await Promise.race([whole, part.then((soFar) => soFar())]);
  if (isSmall) return await whole.catch(() => index);
  whole.catch(() => undefined);
  return index;
}
