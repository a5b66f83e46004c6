import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LocalAwsInfo } from "../../local-aws/info.ts";

export interface RunningLocalAws {
  readonly info: LocalAwsInfo;
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

async function firstLine(child: ChildProcess, exited: Promise<unknown>): Promise<LocalAwsInfo> {
  if (child.stdout === null) throw new Error("no stdout");
  const lines = createInterface({ input: child.stdout });
  const line = new Promise<string>((resolve) => lines.once("line", resolve));
  const first = await Promise.race([line, exited.then(() => undefined)]);
  if (first === undefined) throw new Error("it ended by itself");
  return JSON.parse(first) as LocalAwsInfo;
}

async function callControl({ control }: LocalAwsInfo, verb: string, input: unknown): Promise<unknown> {
  const response = await fetch(`${control.url}/${verb}`, {
    method: "POST",
    headers: { "x-thingdeck-control": control.token, "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`control verb ${verb}: ${response.status} ${text}`);
  return JSON.parse(text) as unknown;
}
