import { join } from "node:path";
import { startNode } from "../../scripts/support/child-processes.ts";
import { freePort } from "../../scripts/support/ports.ts";
import type { BenchStack } from "./bench-room.ts";

const START_TIMEOUT_MS = 60_000;

/** One more server process on the same sessions, tables and keys as the stack's own. */
export interface AppServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it with the stack's settings, of which `env` replaces some; it may depend on the address. The caller must `stop()` it. */
export async function startAppServer(
  stack: BenchStack,
  name: string,
  env: (url: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<AppServer> {
  const port = await freePort(0);
  const url = `http://localhost:${port}`;
  const started = startNode({
    name,
    script: "scripts/start.ts",
    logFile: join(stack.dataDirectory, "logs", `${name}.log`),
    env: { ...stack.serverEnv, NODE_ENV: "production", ...env(url), PORT: String(port) },
  });
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (!(await isHealthy(url))) {
    if (Date.now() > deadlineMs) {
      await started.stop();
      throw new Error(`${name} did not start`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, stop: () => started.stop() };
}

async function isHealthy(url: string): Promise<boolean> {
  const response = await fetch(`${url}/api/health`).catch(() => undefined);
  return response?.ok === true;
}
