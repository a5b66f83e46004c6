import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What the network between the two sides does; each may be changed while connections run. */
export interface Faults {
  /** Added to every chunk, each way. */
  latencyMs: number;
  /** Bytes a second, each way; Infinity for a fast link. */
  bytesPerSecond: number;
  /** Nothing flows any more although every socket stays open: a half-open link. */
  isBlackHole: boolean;
}

export interface FaultProxy {
  readonly port: number;
  readonly faults: Faults;
  /** Connections accepted so far. */
  acceptedCount: () => number;
  /** Resets every connection. */
  cut: () => void;
  close: () => Promise<void>;
}

/** A pipe in one direction that delays, throttles or swallows; chunks stay in order. */
function pipe(from: Socket, to: Socket, faults: Faults): void {
  let freeAtMs = 0;
  from.on("data", (chunk: Buffer) => {
    if (faults.isBlackHole) return;
    const startMs = Math.max(performance.now(), freeAtMs);
    freeAtMs = startMs + (chunk.length / faults.bytesPerSecond) * 1000;
    const waitMs = freeAtMs + faults.latencyMs - performance.now();
    if (waitMs < 1) to.write(chunk);
    else setTimeout(() => to.writable && to.write(chunk), waitMs);
  });
  from.on("end", () => {
    if (!faults.isBlackHole) setTimeout(() => to.end(), faults.latencyMs);
  });
  from.on("error", () => to.destroy());
  from.on("close", () => {
    if (!faults.isBlackHole) to.destroy();
  });
}

/** A TCP proxy on loopback in front of `targetPort`, without faults at first. The caller must `close()` it. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const faults: Faults = { latencyMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, isBlackHole: false };
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((incoming) => {
    accepted += 1;
    const outgoing = connect(targetPort, "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    pipe(incoming, outgoing, faults);
    pipe(outgoing, incoming, faults);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    faults,
    acceptedCount: () => accepted,
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
