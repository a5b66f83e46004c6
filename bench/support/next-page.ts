import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../../scripts/support/paths.ts";
import { runCommand } from "../../scripts/support/run-command.ts";

/** A page built on its own, and what its HTML asks for. */
export interface WeighedPage {
  readonly gzipBytes: number;
  readonly scripts: Readonly<Record<string, number>>;
}

const BUILD_TIMEOUT_MS = 300_000;
const INSTALL_TIMEOUT_MS = 180_000;

const FRAME: Readonly<Record<string, string>> = {
  "next.config.mjs": 'export default { output: "export" };',
  "app/layout.jsx": "export default ({ children }) => <html lang='en'><body>{children}</body></html>;",
};

/** The smallest page the same Next makes. Throws an Error with the build's output. */
export const weighHelloPage = (): Promise<WeighedPage> => weigh({ "app/page.jsx": "export default () => <h1>Hello</h1>;" });

/** Amplify's exact versions; nothing else here needs them, so they are fetched only for this page. */
const AMPLIFY = { "aws-amplify": "6.22.1", "@aws-amplify/ui-react": "6.15.6" } as const;

const USUAL_PAGE = `"use client";
import { Authenticator } from "@aws-amplify/ui-react";
import { Amplify } from "aws-amplify";
import { Mqtt5Client } from "aws-crt/dist.browser/browser/mqtt5";
import * as echarts from "echarts";
import { useEffect, useRef } from "react";
Amplify.configure({ Auth: { Cognito: { userPoolId: "eu-west-1_x", userPoolClientId: "x", identityPoolId: "eu-west-1:x" } } });
function Chart() {
  const place = useRef(null);
  useEffect(() => {
    const chart = echarts.init(place.current);
    const client = new Mqtt5Client({ hostName: "localhost", port: 443 });
    client.on("messageReceived", ({ message }) => chart.setOption(JSON.parse(new TextDecoder().decode(message.payload))));
    client.start();
    return () => client.stop();
  }, []);
  return <div ref={place} />;
}
export default () => <Authenticator><Chart /></Authenticator>;
`;

/** The usual stack in one page: Amplify's Authenticator, the SDK's client, ECharts. Throws an Error where Amplify cannot be fetched or nothing is built. */
export const weighUsualStack = (): Promise<WeighedPage> => weigh({ "app/page.jsx": USUAL_PAGE }, AMPLIFY);

async function weigh(files: Readonly<Record<string, string>>, packages: Readonly<Record<string, string>> = {}): Promise<WeighedPage> {
  // Beside the packages, so that Next and React are the product's own.
  const directory = mkdtempSync(join(root, ".next-bench-"));
  try {
    const manifest = JSON.stringify({ name: "page", private: true, type: "module", dependencies: packages });
    for (const [name, text] of Object.entries({ "package.json": manifest, ...FRAME, ...files })) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    if (Object.keys(packages).length > 0) await install(directory);
    await buildPage(directory);
    return weighScripts(join(directory, "out"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function install(directory: string): Promise<void> {
  const args = ["install", "--prefix", directory, "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
  const { exitCode, output } = await runCommand("npm", args, { timeoutMs: INSTALL_TIMEOUT_MS });
  if (exitCode !== 0) throw new Error(`the packages could not be fetched: ${lastLines(output)}`);
}

async function buildPage(directory: string): Promise<void> {
  const env = { NEXT_TELEMETRY_DISABLED: "1", THINGDECK_DIST_DIR: ".next" };
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  const { exitCode, output } = await runCommand(process.execPath, [next, "build", directory], { env, timeoutMs: BUILD_TIMEOUT_MS });
  if (exitCode !== 0) throw new Error(`the page was not built: ${lastLines(output)}`);
}

const lastLines = (output: string): string => output.trim().split("\n").slice(-8).join(" ");

function weighScripts(out: string): WeighedPage {
  const html = readFileSync(join(out, "index.html"), "utf8");
  const asked = new Set([...html.matchAll(/<script[^>]* src="([^"?]+\.js)[^"]*"(?![^>]*nomodule)/gi)].map(([, path]) => path ?? ""));
  if (asked.size === 0) throw new Error(`the page asks for no script: ${readdirSync(out).join(", ")}`);
  const scripts = Object.fromEntries([...asked].map((path) => [path, gzipSync(readFileSync(join(out, path))).length]));
  return { gzipBytes: Object.values(scripts).reduce((sum, bytes) => sum + bytes, 0), scripts };
}
