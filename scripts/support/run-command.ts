import { spawn } from "node:child_process";
import { root } from "./paths.ts";

export interface CommandResult {
  readonly exitCode: number;
  /** stdout and stderr in the order they came. */
  readonly output: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Shows the output while it comes. */
  readonly isLoud?: boolean;
  readonly timeoutMs?: number;
}

/** Runs a command of the toolchain (node_modules/.bin is on the PATH) to its end; a failure is an exit code, not a throw. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    const keep = (chunk: Buffer) => {
      chunks.push(chunk);
      if (options.isLoud === true) process.stderr.write(chunk);
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
    const finish = (exitCode: number, note = "") => {
      clearTimeout(timer);
      resolve({ exitCode, output: Buffer.concat(chunks).toString("utf8") + note });
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) => finish(127, `${command}: ${error.message}\n`));
    child.once("close", (code) => finish(code ?? 1));
  });
}
