import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import tailwind from "@tailwindcss/postcss";
import { build } from "esbuild";
import postcss from "postcss";
import { bundleLiveWorker } from "../../scripts/support/live-worker.ts";
import { root } from "../../scripts/support/paths.ts";

/** A loopback site whose pages run the product's own browser code, bundled as for production, against a source of ours. */
export interface BenchSite {
  readonly url: string;
  /** Where POST /api/credentials sends the browser from now on. */
  mqttUrl: string;
  close(): Promise<void>;
}

const STYLE_PATH = "/style.css";
const WORKER_PATH = "/live/worker.js";

/** Scripts by path. */
const SCRIPTS: Readonly<Record<string, string>> = {
  "/count.worker.js": "bench/browser/count.worker.ts",
  "/ingest-page.js": "bench/browser/ingest-page.ts",
  "/chart-page.js": "bench/browser/chart-page.tsx",
  "/fleet-page.js": "bench/browser/fleet-page.tsx",
  "/table-page.js": "bench/browser/table-page.tsx",
};

/** Serves; each script is bundled when it is first asked for. The caller must `close()` it. */
export async function startBenchSite(): Promise<BenchSite> {
  const bundles = new Map<string, Promise<string>>();
  const site = { url: "", mqttUrl: "" };
  const madeOnce = (path: string, make: () => Promise<string>): Promise<string> => {
    const made = bundles.get(path) ?? make();
    bundles.set(path, made);
    return made;
  };
  const server = createServer((request, response) => {
    request.resume();
    const path = new URL(request.url ?? "/", "http://bench").pathname;
    const entry = SCRIPTS[path];
    if (entry !== undefined)
      replyWhen(
        response,
        "text/javascript",
        madeOnce(path, () => bundle(entry)),
      );
    else if (path === WORKER_PATH) replyWhen(response, "text/javascript", madeOnce(path, bundleLiveWorker));
    else if (path === STYLE_PATH) replyWhen(response, "text/css", madeOnce(path, style));
    else if (path === "/api/credentials") reply(response, "application/json", JSON.stringify(credentials(site.mqttUrl)));
    else if (path.startsWith("/api/")) reply(response, "application/json", JSON.stringify({ things: [], siteLoads: [] }));
    else if (SCRIPTS[`${path}.js`] !== undefined) reply(response, "text/html", page(`${path}.js`));
    else reply(response, "text/plain", "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(site, {
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2023",
    jsx: "automatic",
    // What Next's own build puts in the place of Node's module.
    alias: { url: "next/dist/compiled/native-url" },
    inject: [join(root, "scripts/support/node-globals.mjs")],
    define: {
      "process.env.NODE_ENV": '"production"',
      LIVE_WORKER_URL: JSON.stringify(WORKER_PATH),
      global: "globalThis",
      __dirname: '"/"',
    },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** The product's own style sheet, as its build makes it. */
async function style(): Promise<string> {
  const from = join(root, "app/globals.css");
  const { css } = await postcss([tailwind({ base: root })]).process(readFileSync(from, "utf8"), { from });
  return css;
}

function replyWhen(response: ServerResponse, type: string, body: Promise<string>): void {
  body.then(
    (text) => reply(response, type, text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}

function reply(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" }).end(body);
}

const page = (script: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${STYLE_PATH}"><body><div id="root"></div><script type="module" src="${script}"></script></body></html>`;

/** The shape POST /api/credentials has; the source looks at no signature, so the keys are made up. */
function credentials(mqttUrl: string) {
  const nowMs = Date.now();
  return {
    credentials: { accessKeyId: "bench", secretAccessKey: "bench", sessionToken: "bench", expiresAtMs: nowMs + 3_600_000 },
    identityId: "bench",
    clientIdPrefix: "bench-",
    region: "eu-west-1",
    mqttUrl,
    sites: [{ id: "harbor", label: "Harbor" }],
    telemetryTopic: "dt/{site}/{thing}/telemetry",
    serverTimeMs: nowMs,
  };
}
