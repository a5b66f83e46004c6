import { chromium, type BrowserContext } from "@playwright/test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM_ARGS, findChromium } from "../../../scripts/support/chromium.ts";

const START_MS_MAX = 30_000;

/**
 * A browser as people have it. Playwright tells its own pages that each is in front, and a browser freezes no page that is; here a tab behind
 * another is hidden. The caller must `close()` it.
 */
export async function startPlainBrowser(): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), "thingdeck-browser-"));
  const executable = process.env.THINGDECK_CHROMIUM ?? findChromium() ?? chromium.executablePath();
  const args = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`, ...CHROMIUM_ARGS];
  const browserProcess = spawn(executable, [...args, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(browserProcess, "exit");
  const end = async (): Promise<void> => {
    browserProcess.kill("SIGKILL");
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const address = await new Promise<string | undefined>((resolve) => {
    let said = "";
    browserProcess.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    browserProcess.on("exit", () => resolve(undefined));
    setTimeout(() => resolve(undefined), START_MS_MAX).unref();
  });
  const browser = address === undefined ? undefined : await chromium.connectOverCDP(address, { noDefaults: true });
  const context = browser?.contexts()[0];
  if (context === undefined) {
    await end();
    throw new Error(`${executable} did not start`);
  }
  return {
    context,
    close: async () => {
      await browser?.close();
      await end();
    },
  };
}
