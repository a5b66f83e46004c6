import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, context } from "esbuild";
import { root } from "./paths.ts";

/** The folder of public/ that holds the built worker and nothing else; git does not see it. */
export const LIVE_FOLDER = "live";

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

/** The live worker in one file. Chunks that a worker asks for one after the other would cost a round trip each before it can ask for keys. */
const WORKER: BuildOptions = {
  absWorkingDir: root,
  entryPoints: ["lib/telemetry/live.worker.ts"],
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "es2023",
  alias: Object.fromEntries(Object.entries(LEAN_SDK).map(([name, file]) => [name, `./lib/connection/sdk/${file}`])),
  inject: [join(root, "lib/connection/sdk/node-globals.ts")],
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  logLevel: "warning",
};

/** The worker's script as browsers get it. Throws esbuild's Error, which names file and line. */
export async function bundleLiveWorker(): Promise<string> {
  const { outputFiles } = await build({ ...WORKER, minify: true, write: false });
  return outputFiles[0]?.text ?? "";
}

/** Builds the worker into public/ and returns its address. The name changes with the content, so that browsers may keep it for good. */
export async function publishLiveWorker(): Promise<string> {
  const script = await bundleLiveWorker();
  const name = `worker-${createHash("sha256").update(script).digest("hex").slice(0, 16)}.js`;
  const folder = join(root, "public", LIVE_FOLDER);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), script);
  for (const other of readdirSync(folder)) if (other !== name) rmSync(join(folder, other));
  return `/${LIVE_FOLDER}/${name}`;
}

/** For development: builds the worker again whenever a file of it changes, and returns its address. A reload takes the new one. */
export async function watchLiveWorker(): Promise<string> {
  const watched = await context({ ...WORKER, sourcemap: "inline", outfile: join(root, "public", LIVE_FOLDER, "worker.js") });
  await watched.rebuild();
  await watched.watch();
  return `/${LIVE_FOLDER}/worker.js`;
}
