import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The parts of the stand-in's one line of JSON that tests use. */
export interface LocalAwsLine {
  readonly region: string;
  readonly accountId: string;
  readonly userPool: {
    readonly userPoolId: string;
    readonly issuer: string;
    readonly domain: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  readonly identityPoolId: string;
  readonly endpoints: Readonly<Record<"cognitoIdentity" | "cognitoIdp" | "sts" | "iot" | "iotData" | "dynamodb", string>>;
  readonly mqtt: { readonly wss: string; readonly mtls: string; readonly caPem: string };
  readonly server: Keys;
  readonly root: Keys;
  readonly users: readonly { readonly username: string; readonly password: string; readonly groups: readonly string[] }[];
  readonly control: { readonly url: string; readonly token: string };
  readonly outputs: Readonly<Record<string, string>>;
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface RunningLocalAws {
  readonly info: LocalAwsLine;
  readonly dataDirectory: string;
  readonly pid: number;
  /** What it said on stderr so far. */
  log(): string;
  /** One verb of the control endpoint; throws with its answer unless that is a success. */
  control(verb: string, input?: unknown): Promise<unknown>;
  /** SIGTERM; resolves with the exit code. The data folder stays until `remove()`. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

export interface LocalAwsStart {
  /** Kept by the caller; absent: a new one, deleted by `remove()`. */
  readonly dataDirectory?: string;
  readonly args?: readonly string[];
}

const ROOT = join(import.meta.dirname, "../..");

/** Starts a stand-in of the test's own, as a process on free ports. Throws with its stderr when it does not start. */
export async function startLocalAws({ dataDirectory, args = [] }: LocalAwsStart = {}): Promise<RunningLocalAws> {
  const directory = dataDirectory ?? mkdtempSync(join(tmpdir(), "thingdeck-local-aws-"));
  const flags = ["--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, join(ROOT, "local-aws/cli.ts"), "--data", directory, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString("utf8")));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const info = await firstLine(child, exited).catch((error: unknown) => {
    throw new Error(`the local AWS did not start:\n${said.join("")}`, { cause: error });
  });
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (child.exitCode === null) child.kill(signal);
    return exited;
  };
  return {
    info,
    dataDirectory: directory,
    pid: child.pid ?? 0,
    log: () => said.join(""),
    control: (verb, input = {}) => callControl(info, verb, input),
    stop: () => end("SIGTERM"),
    kill: async () => {
      await end("SIGKILL");
    },
    remove: async () => {
      await end("SIGTERM");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function firstLine(child: ChildProcess, exited: Promise<unknown>): Promise<LocalAwsLine> {
  if (child.stdout === null) throw new Error("no stdout");
  const lines = createInterface({ input: child.stdout });
  const line = new Promise<string>((resolve) => lines.once("line", resolve));
  const first = await Promise.race([line, exited.then(() => undefined)]);
  if (first === undefined) throw new Error("it ended by itself");
  return JSON.parse(first) as LocalAwsLine;
}

async function callControl({ control }: LocalAwsLine, verb: string, input: unknown): Promise<unknown> {
  const response = await fetch(`${control.url}/${verb}`, {
    method: "POST",
    headers: { "x-thingdeck-control": control.token, "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`control verb ${verb}: ${response.status} ${text}`);
  return JSON.parse(text) as unknown;
}
