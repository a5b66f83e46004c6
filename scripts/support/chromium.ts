import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import type { Progress } from "./progress.ts";
import { runCommand } from "./run-command.ts";

const SYSTEM_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** What a headless Chromium needs to stay quiet on a closed network, and to run as root in a container. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The Chromium that is already on this machine: Playwright's own or the system's. */
export function findChromium(): string | undefined {
  return [chromium.executablePath(), ...SYSTEM_PATHS].find((path) => existsSync(path));
}

/**
 * Finds a Chromium, or installs one: Debian's package where we are root on a Debian, else Playwright's own build.
 * Throws an Error that says what to do when neither can be had.
 */
export async function ensureChromium(progress: Progress): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  const failures: string[] = [];
  for (const [title, install] of installers()) {
    const failure = await progress.step(title, install);
    const installed = findChromium();
    if (failure === undefined && installed !== undefined) return installed;
    failures.push(`${title}: ${failure ?? "ended well, yet no browser is there"}`);
  }
  throw new Error(
    `No Chromium for the end-to-end tests, and none could be installed.\n${failures.join("\n")}\n` +
      "Install one by hand (Debian: `apt-get install chromium`; elsewhere: `npx playwright install chromium`) and run the command again.",
  );
}

type Installer = readonly [title: string, install: () => Promise<string | undefined>];

function installers(): readonly Installer[] {
  const isRoot = process.getuid?.() === 0;
  const debian: Installer = ["installing Chromium from Debian's packages", installFromDebian];
  const download: Installer = ["installing Playwright's Chromium", () => firstFailure([["npx", "playwright", "install", "chromium"]])];
  return isRoot && existsSync("/usr/bin/apt-get") ? [debian, download] : [download];
}

function installFromDebian(): Promise<string | undefined> {
  return firstFailure([
    ["apt-get", "update", "-q"],
    ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
  ]);
}

async function firstFailure(commands: readonly (readonly [string, ...string[]])[]): Promise<string | undefined> {
  for (const [command, ...args] of commands) {
    const result = await runCommand(command, args, { env: { DEBIAN_FRONTEND: "noninteractive" }, timeoutMs: DOWNLOAD_TIMEOUT_MS });
    if (result.exitCode !== 0) return result.output.trim().split("\n").at(-1) ?? `${command} failed`;
  }
  return undefined;
}
