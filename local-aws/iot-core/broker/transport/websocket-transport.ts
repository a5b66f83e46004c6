import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { CLOSE_GRACE_MS, type Transport, type TransportEvents } from "./transport.ts";

/** No close frame was received (RFC 6455 section 7.1.5). */
const ABNORMAL_CLOSURE = 1006;
const UNSUPPORTED_DATA = 1003;

/**
 * MQTT over WebSocket. `ws` reads frames and speaks the protocol; outgoing packets arrive here already framed
 * and go straight to the socket, many in one write.
 */
export function createWebSocketTransport(webSocket: WebSocket, socket: Duplex, remoteAddress: string): Transport {
  let isEnding = false;
  const end = (code: number) => {
    if (isEnding) return;
    isEnding = true;
    webSocket.close(code);
    setTimeout(() => webSocket.terminate(), CLOSE_GRACE_MS).unref();
  };
  return {
    kind: "websocket",
    framing: "websocket",
    remoteAddress,
    get bufferedBytes() {
      return socket.writableLength;
    },
    start: (events) => {
      listen(webSocket, socket, events, () => end(UNSUPPORTED_DATA));
    },
    write: (bytes) => {
      if (!isEnding && socket.writable) socket.write(bytes);
    },
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    end: () => end(1000),
    destroy: () => webSocket.terminate(),
  };
}

function listen(webSocket: WebSocket, socket: Duplex, events: TransportEvents, refuseText: () => void): void {
  let hasError = false;
  webSocket.on("message", (data: RawData, isBinary: boolean) => {
    if (isBinary) events.onData(data as Buffer);
    else {
      hasError = true;
      refuseText();
    }
  });
  // `ws` has answered with the right close code already (1002, 1007, 1009); a reset arrives here too.
  webSocket.on("error", (error: Error & { code?: string }) => {
    hasError ||= error.code?.startsWith("WS_ERR_") === true;
  });
  webSocket.on("close", (code: number) => {
    const isClientClose = code !== ABNORMAL_CLOSURE;
    events.onEnd(hasError ? "client-error" : isClientClose ? "client-closed" : "lost");
  });
  socket.on("drain", () => events.onDrain());
}
