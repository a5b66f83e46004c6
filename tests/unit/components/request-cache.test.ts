import { expect, test } from "vitest";
import { ANSWERS_MAX, createRequestCache } from "../../../components/shell/request-cache.ts";

test("a page that asks for something else for ever keeps the answers it looked at last, and no more", () => {
  const cache = createRequestCache();
  cache.set("/api/things/pump", { data: "shown all the time" });
  for (let stretch = 0; stretch < 1_000; stretch += 1) {
    cache.set(`/api/things/pump/history?from=${stretch}`, { data: stretch });
    cache.get("/api/things/pump");
  }
  const kept = [...cache.keys()];
  expect(kept).toHaveLength(ANSWERS_MAX);
  expect(kept).toContain("/api/things/pump");
  expect(kept).toContain("/api/things/pump/history?from=999");
  expect(cache.get("/api/things/pump/history?from=0")).toBeUndefined();
});

test("every answer is gone through once, although looking at one moves it", () => {
  const cache = createRequestCache();
  const urls = ["/api/alarms", "/api/alarms?state=active", "/api/locks"];
  for (const url of urls) cache.set(url, { data: url });
  const seen: unknown[] = [];
  for (const url of cache.keys()) seen.push(cache.get(url)?.data);
  expect(seen).toEqual(urls);
});
