/**
 * The local AWS on its own: `node local-aws/cli.ts [--data DIR] [--fresh] [--port N] [--app-url URL ...] [--context key=value ...]`.
 * Prints one line of JSON on stdout once everything answers; everything else goes to stderr.
 */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { LocalAws } from "./start.ts";

const root = dirname(import.meta.dirname);

/** V8 lets short-lived objects take 134 MB under load (10,000 handshakes do); with this it is 17, at the same speed. */
const YOUNG_GENERATION = "--max-semi-space-size=8";

/**
 * Becomes the same process anew with what only a process's start can set: the flag above, and the compile cache, which also
 * keeps modules stripped of their types, so that Node's stripper (18 MB) is loaded by the first start only.
 */
function restartLean(): void {
  if (process.platform === "win32" || process.execArgv.includes(YOUNG_GENERATION)) return;
  const cache = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node-compile") };
  process.execve?.(process.execPath, [process.execPath, YOUNG_GENERATION, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    ...cache,
  });
}

restartLean();

function readArguments() {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(root, ".thingdeck") },
      fresh: { type: "boolean", default: false },
      port: { type: "string" },
      "app-url": { type: "string", multiple: true, default: [] },
      context: { type: "string", multiple: true, default: [] },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_500))
    throw new Error(`--port ${values.port ?? ""}: write a port number`);
  const pairs = values.context.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(`--context ${pair}: write key=value`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return {
    dataDirectory: values.data,
    isFresh: values.fresh,
    basePort: port,
    appUrls: values["app-url"],
    synthContext: Object.fromEntries(pairs),
  };
}

function fail(error: unknown): never {
  process.stderr.write(`local-aws: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function closeAndExit(localAws: LocalAws): Promise<void> {
  try {
    await localAws.close();
    process.exit(0);
  } catch (error) {
    fail(error);
  }
}

try {
  const options = readArguments();
  const [{ startLocalAws }, { createLog }] = await Promise.all([import("./start.ts"), import("./platform/log.ts")]);
  const localAws = await startLocalAws({ ...options, root, log: createLog() });
  let isClosing = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isClosing) process.exit(1);
      isClosing = true;
      void closeAndExit(localAws);
    });
  }
  process.stdout.write(`${JSON.stringify(localAws.info)}\n`);
} catch (error) {
  fail(error);
}
