import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { appSettings, localAwsInfo, sessionKeys, type LocalAwsInfo } from "./app-settings.ts";
import { startNode, type StartedProcess } from "./child-processes.ts";
import { freePort } from "./ports.ts";
import type { Progress } from "./progress.ts";

const START_TIMEOUT_MS = 120_000;

export interface StackOptions {
  readonly dataDirectory: string;
  /** The port the app should have, 0 for any; another one is taken, and said, when it is busy. */
  readonly appPort: number;
  /** `production` serves the build, `development` has hot reload, `none` starts no server. */
  readonly server: "production" | "development" | "none";
  readonly hasFleet: boolean;
  readonly hasDevice: boolean;
  /** Arguments handed to the local AWS, e.g. `--fresh`. */
  readonly localAwsArgs?: readonly string[];
  readonly progress: Progress;
}

export interface Stack {
  readonly appUrl: string;
  readonly info: LocalAwsInfo;
  readonly serverEnv: Readonly<Record<string, string>>;
  /** Process ids by name: `local-aws`, `server`, `fleet`, `device`. */
  readonly pids: Readonly<Record<string, number>>;
  /** Resolves with the name of the first process that ended by itself. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

/** Starts the local AWS, the server, the simulated fleet and this machine as a device, in that order. The caller must `stop()` it. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDirectory, progress } = options;
  const processes: StartedProcess[] = [];
  const stop = async () => {
    for (const started of processes.reverse()) await started.stop();
  };
  const start = (name: string, script: string, args: readonly string[], more: Partial<Parameters<typeof startNode>[0]> = {}) => {
    const started = startNode({ name, script, args, logFile: join(dataDirectory, "logs", `${name}.log`), ...more });
    processes.push(started);
    return started;
  };
  try {
    const appPort = await freePort(options.appPort);
    if (options.appPort !== 0 && appPort !== options.appPort)
      progress.note(`port ${options.appPort} is busy; the dashboard takes ${appPort}`);
    const appUrl = `http://localhost:${appPort}`;
    const info = await progress.step("starting the local AWS", () => startLocalAws(options, appUrl, start));
    const infoFile = join(dataDirectory, "local-aws.json");
    writeFileSync(infoFile, JSON.stringify(info), { mode: 0o600 });
    const serverEnv = {
      ...appSettings(info, { appUrl, sessionKeys: sessionKeys(dataDirectory) }),
      PORT: String(appPort),
      HOSTNAME: "127.0.0.1",
    };
    if (options.server !== "none") {
      await progress.step("starting the dashboard", () => startServer(options.server === "production", { appUrl, serverEnv, start }));
    }
    const deviceArgs = ["--info", infoFile, "--keys", join(dataDirectory, "devices")];
    if (options.hasFleet) start("fleet", "local-aws/device-simulator/fleet.ts", deviceArgs);
    if (options.hasDevice) start("device", "local-aws/device-simulator/device.ts", deviceArgs);
    const failed = Promise.race(processes.map(async ({ name, exited }) => `${name} (exit code ${(await exited) ?? "by signal"})`));
    const pids = Object.fromEntries(processes.map(({ name, pid = 0 }) => [name, pid]));
    return { appUrl, info, serverEnv, pids, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Start = (name: string, script: string, args: readonly string[], more?: Partial<Parameters<typeof startNode>[0]>) => StartedProcess;

async function startLocalAws({ dataDirectory, localAwsArgs = [] }: StackOptions, appUrl: string, start: Start): Promise<LocalAwsInfo> {
  let tell: (line: string) => void = () => undefined;
  const line = new Promise<string>((resolve) => (tell = resolve));
  const process = start("local-aws", "local-aws/cli.ts", ["--data", dataDirectory, "--app-url", appUrl, ...localAwsArgs], {
    onLine: (text) => tell(text),
  });
  const first = await Promise.race([line, process.exited.then(() => undefined)]);
  if (first === undefined) {
    throw new Error(
      `The local AWS did not start. Its log is ${join(dataDirectory, "logs", "local-aws.log")}; it ends with:\n${process.lastWords()}`,
    );
  }
  return localAwsInfo.parse(JSON.parse(first));
}

async function startServer(
  isProduction: boolean,
  { appUrl, serverEnv, start }: { appUrl: string; serverEnv: Record<string, string>; start: Start },
): Promise<void> {
  const process = isProduction
    ? start("server", "scripts/start.ts", [], { env: { ...serverEnv, NODE_ENV: "production" } })
    : start("server", "node_modules/next/dist/bin/next", ["dev", "--hostname", "127.0.0.1", "--port", serverEnv.PORT ?? ""], {
        env: serverEnv,
      });
  const isOver = process.exited.then(() => true);
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (!(await isHealthy(appUrl))) {
    if (Date.now() > deadlineMs || (await Promise.race([isOver, pause(200)]))) {
      throw new Error(
        `The dashboard's server did not start. Its log, server.log beside the local AWS's, ends with:\n${process.lastWords()}`,
      );
    }
  }
}

const pause = (ms: number) => new Promise<false>((resolve) => setTimeout(() => resolve(false), ms));

async function isHealthy(appUrl: string): Promise<boolean> {
  const response = await fetch(`${appUrl}/api/health`).catch(() => undefined);
  return response?.ok === true;
}
