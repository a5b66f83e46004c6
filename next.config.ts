import type { NextConfig } from "next";
import { API_CONTENT_POLICY, securityHeaders } from "./lib/platform/security-headers.ts";

/** Next's own environment switch for a second build beside the first (tests, benchmarks). */
const distDir = process.env.THINGDECK_DIST_DIR ?? ".next";

/**
 * What the SDK's MQTT 5 client needs of the packages it brings to the browser, which are made for every world at once: streams, three copies of
 * Node's buffers, all of crypto-js, mqtt's transports. What the SDK calls as a function is CommonJS. A path that an update moves ends the build.
 */
const LEAN_SDK = {
  "@httptoolkit/websocket-stream": "websocket-stream.cjs",
  bl: "bl.cjs",
  "crypto-js": "crypto-js.ts",
  debug: "debug.cjs",
  "lru-cache": "lru-cache.cjs",
  mqtt: "mqtt.ts",
  "number-allocator": "number-allocator.ts",
  "readable-stream": "streams.ts",
  "rfdc/default": "rfdc.cjs",
};

/** The server's own packages keep theirs. */
const inBrowser = Object.entries(LEAN_SDK).map(([name, file]) => [name, { browser: `./lib/connection/sdk/${file}` }] as const);

const config: NextConfig = {
  distDir,
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  // proxy.ts adds the content policy of pages and static files; boot.server.ts completes what Next answers before all of these.
  headers: () =>
    Promise.resolve([
      { source: "/:path*", headers: securityHeaders() },
      { source: "/api/:path*", headers: [{ key: "content-security-policy", value: API_CONTENT_POLICY }] },
    ]),
  images: { unoptimized: true },
  turbopack: { resolveAlias: Object.fromEntries(inBrowser) },
  typescript: { ignoreBuildErrors: true },
};

export default config;
