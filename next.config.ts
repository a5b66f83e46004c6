import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants";
import { LIVE_FOLDER, publishLiveWorker, watchLiveWorker } from "./scripts/support/live-worker.ts";

/** Next's own environment switch for a second build beside the first (tests, benchmarks). */
const distDir = process.env.THINGDECK_DIST_DIR ?? ".next";

const IMMUTABLE = [{ key: "cache-control", value: "public, max-age=31536000, immutable" }];

/** Read by Next's build and its development server; the built server carries the result with it. */
export default async function config(phase: string): Promise<NextConfig> {
  const isDevelopment = phase === PHASE_DEVELOPMENT_SERVER;
  const liveWorkerUrl = await (isDevelopment ? watchLiveWorker() : publishLiveWorker());
  return {
    distDir,
    output: "standalone",
    poweredByHeader: false,
    reactStrictMode: true,
    // The headers of every answer are boot.server.ts's, the content policy of pages and of the worker proxy.ts's.
    headers: () => Promise.resolve(isDevelopment ? [] : [{ source: `/${LIVE_FOLDER}/:path*`, headers: IMMUTABLE }]),
    // Asked for by browsers whatever a page names, and by Chromium for a moment when one page gives way to the next.
    rewrites: () => Promise.resolve([{ source: "/favicon.ico", destination: "/icon.svg" }]),
    images: { unoptimized: true },
    // A page fetched while the server is away is waited for; without this the router leaves the live page for the browser's error page.
    experimental: { useOffline: true },
    compiler: { define: { LIVE_WORKER_URL: liveWorkerUrl } },
    typescript: { ignoreBuildErrors: true },
  };
}
