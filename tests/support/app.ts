import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { domainOf, type ProviderAddress } from "./tiny-oidc-provider.ts";
import { TABLES, type TinyAws } from "./tiny-aws.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const server = `${root}${process.env.THINGDECK_DIST_DIR ?? ".next"}/standalone/server.js`;

/** False on a machine without a build; suites that need the server then say so and skip. */
export const hasBuild = existsSync(server);

export interface RunningApp {
  /** Where the process listens. */
  url: string;
  /** All it has written to stdout and stderr. */
  output: () => string;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** The settings for a server in front of the tiny provider and the tiny AWS, or of anything else with `overrides`. */
export async function tinySettings(
  appUrl: string,
  { oidc, aws, overrides = {} }: { oidc: ProviderAddress; aws: TinyAws; overrides?: Record<string, string> },
): Promise<Record<string, string>> {
  return {
    APP_URL: appUrl,
    SESSION_KEYS: randomBytes(32).toString("base64"),
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIATESTTESTTESTTEST",
    AWS_SECRET_ACCESS_KEY: randomBytes(30).toString("base64"),
    COGNITO_ISSUER: oidc.issuer,
    COGNITO_HOSTED_UI_URL: await domainOf(oidc),
    COGNITO_CLIENT_ID: oidc.clientId,
    COGNITO_CLIENT_SECRET: oidc.clientSecret,
    IDENTITY_POOL_ID: "eu-west-1:00000000-0000-4000-8000-000000000001",
    VIEWER_ROLE_ARN: "arn:aws:iam::000000000000:role/viewer",
    CONTROL_ROLE_ARN: "arn:aws:iam::000000000000:role/control",
    MQTT_URL: "ws://127.0.0.1:9/mqtt",
    SITES: "harbor:Harbor water works,ridge:Ridge cold store",
    SESSIONS_TABLE: TABLES.sessions,
    AUDIT_TABLE: TABLES.audit,
    WORKSPACE_TABLE: TABLES.workspace,
    ALARMS_TABLE: TABLES.alarms,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY: aws.endpoints.cognitoIdentity,
    AWS_ENDPOINT_URL_IOT: aws.endpoints.iot,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: aws.endpoints.iot,
    AWS_ENDPOINT_URL_DYNAMODB: aws.endpoints.dynamodb,
    LOG_LEVEL: "debug",
    ...overrides,
  };
}

/** Starts the built production server with exactly these settings; rejects with its output when it ends instead of answering. */
export async function startApp(port: number, settings: Record<string, string>): Promise<RunningApp> {
  const child = spawnServer(port, settings);
  const written: string[] = [];
  const output = () => written.join("");
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => written.push(chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + 60_000;
  while (
    !(await fetch(`${url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadlineMs)
      throw new Error(`the server did not start (exit ${child.exitCode}):\n${output().slice(-4000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, output, kill: (signal = "SIGTERM") => endOf(child, signal) };
}

/** Runs the server until it ends by itself; for settings that must be refused. */
export async function runApp(settings: Record<string, string>): Promise<{ exitCode: number | null; output: string }> {
  const child = spawnServer(await freePort(), settings);
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => written.push(chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { exitCode, output: written.join("") };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

function spawnServer(port: number, settings: Record<string, string>): ChildProcess {
  const env = { PATH: process.env.PATH ?? "", NODE_ENV: "production" as const, PORT: String(port), HOSTNAME: "127.0.0.1", ...settings };
  return spawn(process.execPath, [server], { env, stdio: ["ignore", "pipe", "pipe"] });
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}
