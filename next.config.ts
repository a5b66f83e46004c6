import type { NextConfig } from "next";
import { API_CONTENT_POLICY, securityHeaders } from "./lib/platform/security-headers.ts";

/** Next's own environment switch for a second build beside the first (tests, benchmarks). */
const distDir = process.env.THINGDECK_DIST_DIR ?? ".next";

/**
 * What the SDK's MQTT 5 client needs of the packages it brings to the browser, which are made for every world at once: two copies of streams,
 * all of crypto-js, mqtt's transports. A path that an update moves ends the build.
 */
const SDK_PACKAGES = "./node_modules/aws-crt/node_modules";
const LEAN_SDK = {
  mqtt: "./lib/connection/sdk/mqtt.ts",
  "crypto-js": "./lib/connection/sdk/crypto-js.ts",
  "number-allocator": "./lib/connection/sdk/number-allocator.ts",
  "readable-stream": `${SDK_PACKAGES}/readable-stream/readable-browser.js`,
  duplexify: `${SDK_PACKAGES}/duplexify/index.js`,
};

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
  turbopack: { resolveAlias: LEAN_SDK },
  typescript: { ignoreBuildErrors: true },
};

export default config;
