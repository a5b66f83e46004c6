import "client-only";
import { askSite, beginRead } from "../session/site-api.client.ts";
import { leavingSignal } from "../session/sign-in.client.ts";
import type { SiteLoad, ThingsPage } from "./thing.ts";

/** Rows of a device list that are read at once. */
export const LIST_PAGE_SIZE = 200;

/** The device list as it is read when its address says nothing else. */
const LIST_URL = `/api/things?limit=${LIST_PAGE_SIZE}`;

/** How soon a fleet that the server is still reading is asked for again. */
export const PARTS_EVERY_MS = 2_000;

let siteLoads: Promise<Loads> | null = null;

type Loads = Pick<ThingsPage, "siteLoads" | "isWhole">;

async function loadsOf(answer: Promise<Response>): Promise<Loads> {
  const response = await answer;
  return response.ok ? ((await response.json()) as ThingsPage) : { siteLoads: [], isWhole: true };
}

/** Begins to read what the page at this address shows first, while its code is still being loaded. */
export function beginFirstReads({ pathname, search }: Pick<Location, "pathname" | "search">): void {
  const thing = /^\/devices\/([\w-]+)$/.exec(pathname)?.[1];
  if (thing !== undefined) void beginRead(`/api/things/${thing}`);
  // The list answers both questions; its body can be read once only.
  if (pathname === "/devices" && search === "") siteLoads = loadsOf(beginRead(LIST_URL).then((answer) => answer.clone()));
}

/** What whole sites would cost to listen to, asked once in a page's life; empty when it cannot be told. */
export async function readSiteLoads(): Promise<readonly SiteLoad[]> {
  siteLoads ??= loadsOf(askSite("/api/things?limit=1", { signal: leavingSignal() }));
  try {
    const { siteLoads: loads, isWhole } = await siteLoads;
    if (isWhole) return loads;
    siteLoads = null;
    await new Promise((resolve) => setTimeout(resolve, PARTS_EVERY_MS));
    return await readSiteLoads();
  } catch {
    siteLoads = null;
    return [];
  }
}
