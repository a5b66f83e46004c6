import type { NextConfig } from "next";
import { API_CONTENT_POLICY, securityHeaders } from "./lib/platform/security-headers.ts";

/** Next's own environment switch for a second build beside the first (tests, benchmarks). */
const distDir = process.env.THINGDECK_DIST_DIR ?? ".next";

const config: NextConfig = {
  distDir,
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  // proxy.ts adds the content policy of pages and static files; these reach every answer, also those that Next gives before it.
  headers: () =>
    Promise.resolve([
      { source: "/:path*", headers: securityHeaders() },
      { source: "/api/:path*", headers: [{ key: "content-security-policy", value: API_CONTENT_POLICY }] },
    ]),
  images: { unoptimized: true },
  typescript: { ignoreBuildErrors: true },
};

export default config;
