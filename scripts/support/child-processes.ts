import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./paths.ts";

const STOP_GRACE_MS = 10_000;
/** An error's own line and what names its cause; the log has the rest. */
const LAST_LINES_MAX = 4;

const NODE_ARGS = ["--disable-warning=ExperimentalWarning", "--import", new URL("end-with-parent.ts", import.meta.url).href];

export interface StartedProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves with the exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  /** Its last lines on stderr, for the person who wonders why it ended; empty when it said nothing. */
  lastWords(): string;
  /** SIGTERM, and SIGKILL after ten seconds. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly name: string;
  /** A script run by this very Node, with its arguments. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What the process says lands here. */
  readonly logFile: string;
  /** Sees each line of stdout, which then stays out of the log: it may carry secrets. */
  onLine?(line: string): void;
}

/** Starts a Node script as a child whose output goes to a log file. The caller must `stop()` it; should this process be killed, the child ends by itself. */
export function startNode({ name, script, args = [], env = {}, cwd = root, logFile, onLine }: StartOptions): StartedProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: "a", mode: 0o600 });
  const child = spawn(process.execPath, [...NODE_ARGS, join(root, script), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (onLine === undefined) log.write(`${line}\n`);
    else onLine(line);
  });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    log.write(`${line}\n`);
    lastLines.push(line);
    if (lastLines.length > LAST_LINES_MAX) lastLines.shift();
  });
  const exited = new Promise<number | null>((resolve) => {
    // Not "exit": what it said last may still be in the pipe then.
    child.once("close", (code) => {
      log.end();
      resolve(code);
    });
  });
  return { name, pid: child.pid, exited, lastWords: () => lastLines.join("\n"), stop: () => stopChild(child, exited) };
}

async function stopChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  await exited;
  clearTimeout(timer);
}
