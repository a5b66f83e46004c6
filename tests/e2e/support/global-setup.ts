import type { FullConfig } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgress } from "../../../scripts/support/progress.ts";
import { startStack } from "../../../scripts/support/stack.ts";
import { publishWorlds, type World } from "./world.ts";

/**
 * One whole stack for each worker: production build, local AWS, simulated fleet, this machine as a device. A test may
 * stop its broker or expire its keys; the tests beside it have another one.
 */
export default async function globalSetup({ workers }: FullConfig): Promise<() => Promise<void>> {
  const worlds: World[] = [];
  const ends: (() => Promise<void>)[] = [];
  const progress = createProgress();
  for (let worker = 0; worker < workers; worker += 1) {
    const dataDirectory = mkdtempSync(join(tmpdir(), "thingdeck-e2e-"));
    const stack = await startStack({ dataDirectory, appPort: 0, server: "production", hasFleet: true, hasDevice: true, progress });
    worlds.push({ appUrl: stack.appUrl, info: stack.info, dataDirectory, pids: stack.pids });
    ends.push(async () => {
      await stack.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    });
  }
  publishWorlds(worlds);
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
