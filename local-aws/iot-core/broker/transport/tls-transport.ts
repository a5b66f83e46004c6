import type { TLSSocket } from "node:tls";
import { CLOSE_GRACE_MS, type Transport, type TransportEvents } from "./transport.ts";

/** MQTT over TLS. */
export function createTlsTransport(socket: TLSSocket): Transport {
  let isEnding = false;
  socket.setNoDelay(true);
  return {
    kind: "tls",
    framing: "none",
    remoteAddress: socket.remoteAddress ?? "",
    get bufferedBytes() {
      return socket.writableLength;
    },
    start: (events) => listen(socket, events),
    write: (bytes) => {
      if (!isEnding && socket.writable) socket.write(bytes);
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    end: () => {
      if (isEnding) return;
      isEnding = true;
      socket.end();
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
    },
    destroy: () => {
      socket.destroy();
    },
  };
}

function listen(socket: TLSSocket, events: TransportEvents): void {
  socket.on("data", (chunk: Buffer) => events.onData(chunk));
  socket.on("drain", () => events.onDrain());
  // A half-closed peer hears nothing more from us either.
  socket.on("end", () => socket.end());
  socket.on("error", () => socket.destroy());
  socket.on("close", () => events.onEnd("lost"));
}
