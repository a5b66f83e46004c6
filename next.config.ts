import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants";
import { CLOSED_CONTENT_POLICY, securityHeaders } from "./lib/platform/security-headers.ts";
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
    // proxy.ts adds the content policy of pages and of the worker; boot.server.ts completes what Next answers before all of these.
    headers: () =>
      Promise.resolve([
        { source: "/:path*", headers: securityHeaders() },
        { source: "/api/:path*", headers: [{ key: "content-security-policy", value: CLOSED_CONTENT_POLICY }] },
        ...(isDevelopment ? [] : [{ source: `/${LIVE_FOLDER}/:path*`, headers: IMMUTABLE }]),
      ]),
    images: { unoptimized: true },
    compiler: { define: { LIVE_WORKER_URL: liveWorkerUrl } },
    typescript: { ignoreBuildErrors: true },
  };
}
