import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgress } from "../../../scripts/support/progress.ts";
import { startStack } from "../../../scripts/support/stack.ts";
import { publishWorld } from "./world.ts";

/** One whole stack for the end-to-end tests: production build, local AWS, simulated fleet, this machine as a device. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "thingdeck-e2e-"));
  const stack = await startStack({
    dataDirectory,
    appPort: 0,
    server: "production",
    hasFleet: true,
    hasDevice: true,
    progress: createProgress(),
  });
  publishWorld({ appUrl: stack.appUrl, info: stack.info, dataDirectory });
  return async () => {
    await stack.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  };
}
