import { describe, expect, test } from "vitest";
import { createLazyTransport } from "../../../lib/connection/lazy-transport.client.ts";
import type { OpenTransport, TransportOptions } from "../../../lib/connection/mqtt-transport.ts";

function recordingTransport() {
  const calls: string[] = [];
  const open: OpenTransport = ({ clientId }) => {
    calls.push(`open ${clientId}`);
    return {
      subscribe: (filters) => {
        calls.push(`subscribe ${filters.join()}`);
        return Promise.resolve([0]);
      },
      unsubscribe: () => Promise.resolve(),
      echo: () => Promise.resolve(1),
      close: () => void calls.push("close"),
    };
  };
  return { calls, open };
}

const options = (onClosed: TransportOptions["onClosed"] = () => undefined): TransportOptions => ({
  url: "ws://127.0.0.1/mqtt",
  clientId: "tab",
  onConnected: () => undefined,
  onMessage: () => undefined,
  onClosed,
});

describe("a transport whose code comes later", () => {
  test("is being loaded before the first connection is asked for", () => {
    let loadCount = 0;
    createLazyTransport(() => {
      loadCount += 1;
      return Promise.resolve(recordingTransport().open);
    });
    expect(loadCount).toBe(1);
  });

  test("passes on what is asked of it, in order", async () => {
    const { calls, open } = recordingTransport();
    const transport = createLazyTransport(() => Promise.resolve(open))(options());
    await expect(transport.subscribe(["a"])).resolves.toEqual([0]);
    transport.close();
    await Promise.resolve();
    expect(calls).toEqual(["open tab", "subscribe a", "close"]);
  });

  test("never connects once it was closed", async () => {
    const { calls, open } = recordingTransport();
    const transport = createLazyTransport(() => Promise.resolve(open))(options());
    transport.close();
    await expect(transport.subscribe(["a"])).rejects.toThrow("closed");
    expect(calls).toEqual([]);
  });

  test("code that cannot be loaded ends the attempt, and the next attempt loads it again", async () => {
    const { calls, open } = recordingTransport();
    let isThere = false;
    const lazy = createLazyTransport(() => (isThere ? Promise.resolve(open) : Promise.reject(new Error("no such file"))));
    await new Promise<void>((resolve) => {
      lazy(options(() => resolve()));
    });
    isThere = true;
    await lazy(options()).subscribe(["a"]);
    expect(calls).toEqual(["open tab", "subscribe a"]);
  });
});
