import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build-if-needed.ts";
import { defaultDataDirectory } from "./paths.ts";
import { createProgress } from "./progress.ts";
import { startStack, type Stack } from "./stack.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "3000" },
    data: { type: "string", default: defaultDataDirectory },
    fresh: { type: "boolean", default: false },
  },
});

const progress = createProgress();

function printWelcome({ appUrl, info }: Stack): void {
  const accounts = info.users.map(
    ({ username, password, groups }) => `    ${username.padEnd(6)} ${password.padEnd(22)} ${groups.join(", ")}`,
  );
  const employees = info.corporateSso.users.map(({ username, password }) => `    ${username.padEnd(6)} ${password}`);
  process.stdout.write(
    `\n  Thingdeck is live at ${appUrl}\n\n  Sign in as (user, password, groups):\n${accounts.join("\n")}\n\n` +
      `  Or through Corporate SSO, as somebody who has no site yet (user, password):\n${employees.join("\n")}\n\n` +
      `  Logs and state are in ${values.data}. Ctrl-C stops everything; the next start finds it as it was.\n\n`,
  );
}

/**
 * Runs the whole stack until Ctrl-C: the local AWS, the fleet, this machine as a device, and the dashboard
 * (`production`: built first when needed; `development`: hot reload). Reads its options from the command line.
 */
export async function runStack(server: "production" | "development"): Promise<void> {
  try {
    const stack = await start(server);
    printWelcome(stack);
    const failed = await Promise.race([nextSignal(), stack.failed]);
    if (failed !== undefined) {
      process.stderr.write(`\nthingdeck: ${failed} ended by itself; its log is in ${values.data}/logs. Stopping the rest.\n`);
    }
    await stack.stop();
    process.exit(failed === undefined ? 0 : 1);
  } catch (error) {
    process.stderr.write(`\nthingdeck: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function start(server: "production" | "development"): Promise<Stack> {
  if (server === "production") await buildIfNeeded(progress);
  return await startStack({
    dataDirectory: values.data,
    appPort: Number(values.port),
    server,
    hasFleet: true,
    hasDevice: true,
    localAwsArgs: values.fresh ? ["--fresh"] : [],
    progress,
  });
}

function nextSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => resolve(undefined));
  });
}
