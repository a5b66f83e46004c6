import "client-only";
import { askSite, beginRead } from "../session/site-api.client.ts";
import { leavingSignal } from "../session/sign-in.client.ts";
import type { SiteLoad, ThingsPage } from "./thing.ts";

/** Rows of a device list that are read at once. */
export const LIST_PAGE_SIZE = 200;

/** The device list as it is read when its address says nothing else. */
const LIST_URL = `/api/things?limit=${LIST_PAGE_SIZE}`;

let siteLoads: Promise<readonly SiteLoad[]> | null = null;

async function loadsOf(answer: Promise<Response>): Promise<readonly SiteLoad[]> {
  const response = await answer;
  return response.ok ? ((await response.json()) as ThingsPage).siteLoads : [];
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
    return await siteLoads;
  } catch {
    siteLoads = null;
    return [];
  }
}
