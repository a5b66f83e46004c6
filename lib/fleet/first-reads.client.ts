import "client-only";
import { pageViewerHeaders } from "../session/page-viewer.client.ts";
import { leavingSignal } from "../session/sign-in.client.ts";
import type { SiteLoad, ThingsPage } from "./thing.ts";

/** Rows of a device list that are read at once. */
export const LIST_PAGE_SIZE = 200;
/** What was read longer ago is no first read any more. */
const FRESH_MS = 10_000;

/** The device list as it is read when its address says nothing else. */
const LIST_URL = `/api/things?limit=${LIST_PAGE_SIZE}`;

const begun = new Map<string, { answer: Promise<Response>; atMs: number }>();
let siteLoads: Promise<readonly SiteLoad[]> | null = null;

async function loadsOf(answer: Promise<Response>): Promise<readonly SiteLoad[]> {
  const response = await answer;
  return response.ok ? ((await response.json()) as ThingsPage).siteLoads : [];
}

function begin(url: string): Promise<Response> {
  const headers = { accept: "application/json", ...pageViewerHeaders() };
  const answer = fetch(url, { headers, credentials: "same-origin", cache: "no-store", signal: leavingSignal() });
  answer.catch(() => undefined);
  begun.set(url, { answer, atMs: performance.now() });
  return answer;
}

/** Begins to read what the page at this address shows first, while its code is still being loaded. */
export function beginFirstReads({ pathname, search }: Pick<Location, "pathname" | "search">): void {
  const thing = /^\/devices\/([\w-]+)$/.exec(pathname)?.[1];
  if (thing !== undefined) void begin(`/api/things/${thing}`);
  // The list answers both questions; its body can be read once only.
  if (pathname === "/devices" && search === "") siteLoads = loadsOf(begin(LIST_URL).then((answer) => answer.clone()));
}

/** The answer to a read that was begun a moment ago; each is handed out once. */
export function takeFirstRead(url: string): Promise<Response> | undefined {
  const read = begun.get(url);
  begun.delete(url);
  return read && performance.now() - read.atMs < FRESH_MS ? read.answer : undefined;
}

/** What whole sites would cost to listen to, asked once in a page's life; empty when it cannot be told. */
export async function readSiteLoads(): Promise<readonly SiteLoad[]> {
  siteLoads ??= loadsOf(fetch("/api/things?limit=1", { headers: pageViewerHeaders(), cache: "no-store", signal: leavingSignal() }));
  try {
    return await siteLoads;
  } catch {
    siteLoads = null;
    return [];
  }
}
