import "client-only";
import type { MqttTransport, OpenTransport, TransportOptions } from "./mqtt-transport.ts";

type LoadTransport = () => Promise<OpenTransport>;

const loadSdk: LoadTransport = async () => (await import("./mqtt-transport.client.ts")).openTransport;

/**
 * A way to open connections whose code, the largest script of all, is loaded from now on: while the keys are fetched, not before them.
 * Code that cannot be loaded ends the attempt as a failed handshake would; the next attempt loads it again.
 */
export function createLazyTransport(load: LoadTransport = loadSdk): OpenTransport {
  let loading = load();
  loading.catch(() => undefined);
  return (options) =>
    openWhenLoaded(
      loading.catch(() => (loading = load())),
      options,
    );
}

function openWhenLoaded(loading: Promise<OpenTransport>, options: TransportOptions): MqttTransport {
  let isOver = false;
  const opened = loading.then((open) => {
    if (isOver) throw new Error("The connection is closed.");
    return open(options);
  });
  opened.catch(() => {
    if (!isOver) options.onClosed({ phase: "handshake", ownVerdict: "client-error" });
  });
  return {
    subscribe: async (filters) => (await opened).subscribe(filters),
    unsubscribe: async (filters) => (await opened).unsubscribe(filters),
    echo: async () => (await opened).echo(),
    close: () => {
      isOver = true;
      opened.then(
        (transport) => transport.close(),
        () => undefined,
      );
    },
  };
}
