import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClock } from "../../../../local-aws/platform/clock.ts";
import { createLog } from "../../../../local-aws/platform/log.ts";
import type { LocalAwsContext } from "../../../../local-aws/platform/service.ts";
import { openStore } from "../../../../local-aws/platform/store.ts";

/** The context of a single service under test, in a folder of its own. The caller must `close()` it. */
export function createLocalContext(
  dataDirectory = mkdtempSync(join(tmpdir(), "thingdeck-service-")),
): LocalAwsContext & { remove(): void } {
  const store = openStore(dataDirectory);
  return {
    region: "eu-west-1",
    accountId: "123456789012",
    clock: createClock(),
    log: createLog("fatal"),
    store,
    dataDirectory,
    throwIfThrottled: () => undefined,
    remove: () => {
      store.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** Serves a handler on a free loopback port. The caller must `close()` it. */
export async function serve(handler: RequestListener): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
