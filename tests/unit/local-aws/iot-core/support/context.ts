import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { createClock } from "../../../../../local-aws/platform/clock.ts";
import type { LocalAwsContext } from "../../../../../local-aws/platform/service.ts";
import { openStore } from "../../../../../local-aws/platform/store.ts";

/** A context on a store of its own; `reopen` is what the next start of the stand-in would see. */
export function createTestContext(dataDirectory = mkdtempSync(join(tmpdir(), "iot-core-"))) {
  const store = openStore(dataDirectory);
  const ctx: LocalAwsContext = {
    region: "eu-west-1",
    accountId: "123456789012",
    clock: createClock(),
    log: pino({ level: "silent" }),
    store,
    dataDirectory,
    throwIfThrottled: () => undefined,
  };
  return {
    ctx,
    reopen: () => {
      store.close();
      return createTestContext(dataDirectory);
    },
    close: () => {
      store.close();
      rmSync(dataDirectory, { recursive: true });
    },
  };
}
