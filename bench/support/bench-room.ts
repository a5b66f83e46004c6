import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildIfNeeded } from "../../scripts/support/build-if-needed.ts";
import { findChromium } from "../../scripts/support/chromium.ts";
import type { Progress } from "../../scripts/support/progress.ts";
import { startStack, type Stack } from "../../scripts/support/stack.ts";
import { type BenchSite, startBenchSite } from "./bench-site.ts";
import { type Browser, launchBrowser } from "./cdp.ts";

/** Thrown where this machine cannot measure something; the report shows the sentence instead of a number. */
export class CannotMeasure extends Error {}

/** A stack for the benches: production build and local AWS on a fresh folder; benches bring their own devices. */
export interface BenchStack extends Stack {
  readonly dataDirectory: string;
}

/** What benches share. Everything is started at first use and stopped by `close`. */
export interface BenchRoom {
  readonly progress: Progress;
  /** Throws CannotMeasure where no Chromium is installed. */
  browser(): Promise<Browser>;
  /** Pages of our own around the product's code; whoever uses it says where its messages come from. */
  site(): Promise<BenchSite>;
  stack(): Promise<BenchStack>;
  close(): Promise<void>;
}

export function createBenchRoom(progress: Progress): BenchRoom {
  const undo: (() => Promise<void>)[] = [];
  let browser: Promise<Browser> | undefined;
  let site: Promise<BenchSite> | undefined;
  let stack: Promise<BenchStack> | undefined;
  return {
    progress,
    browser: () => (browser ??= openBrowser(undo)),
    site: () => (site ??= openSite(undo)),
    stack: () => (stack ??= openStack(progress, undo)),
    close: async () => {
      for (const step of undo.splice(0).reverse()) await step();
    },
  };
}

async function openBrowser(undo: (() => Promise<void>)[]): Promise<Browser> {
  const executable = findChromium();
  if (executable === undefined) throw new CannotMeasure("there is no Chromium on this machine");
  const browser = await launchBrowser(executable);
  undo.push(() => browser.close());
  return browser;
}

async function openSite(undo: (() => Promise<void>)[]): Promise<BenchSite> {
  const site = await startBenchSite();
  undo.push(() => site.close());
  return site;
}

async function openStack(progress: Progress, undo: (() => Promise<void>)[]): Promise<BenchStack> {
  await buildIfNeeded(progress);
  const dataDirectory = mkdtempSync(join(tmpdir(), "thingdeck-bench-"));
  undo.push(() => rm(dataDirectory, { recursive: true, force: true }));
  const stack = await startStack({ dataDirectory, appPort: 0, server: "production", hasFleet: false, hasDevice: false, progress });
  undo.push(() => stack.stop());
  return { ...stack, dataDirectory };
}
