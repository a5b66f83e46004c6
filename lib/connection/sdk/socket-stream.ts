import { EventEmitter } from "events";

interface Sink {
  write: (chunk: Buffer) => void;
}

/**
 * Stands in for websocket-stream in the live worker's build, which brings streams of every kind along. The live client sends
 * subscriptions and pings only: nothing waits for room in the socket. Emits "error" and, once and last, "close".
 */
export class SocketStream extends EventEmitter {
  readonly #socket: WebSocket;
  #sink: Sink | null = null;
  #waiting: Uint8Array[] = [];
  #corks = 0;
  #isOver = false;

  constructor(url: string, protocols: string[]) {
    super();
    const socket = new WebSocket(url, protocols);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#flush();
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      if (!this.#isOver) this.#sink?.write(Buffer.from(data));
    };
    socket.onerror = (event) => this.destroy(event);
    socket.onclose = () => this.destroy();
  }

  pipe(sink: Sink): void {
    this.#sink = sink;
  }

  /** The client writes a packet in pieces: between these two they wait, and leave as one frame. */
  cork(): void {
    this.#corks += 1;
  }

  uncork(): void {
    this.#corks -= 1;
    this.#flush();
  }

  write(piece: string | Uint8Array): boolean {
    this.#waiting.push(typeof piece === "string" ? Buffer.from(piece) : piece);
    this.#flush();
    return true;
  }

  end(): void {
    this.#corks = 0;
    this.#flush();
    this.#socket.close();
  }

  /**
   * Also a socket that is still opening: a browser begins no other handshake with the same host meanwhile (RFC 6455 4.1), and an attempt into a
   * dead network would hold up all that follow for minutes.
   */
  destroy(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.close();
    // Whoever destroys it may still have to listen.
    setTimeout(() => {
      if (error !== undefined) this.emit("error", error);
      this.emit("close");
    }, 0);
  }

  #flush(): void {
    if (this.#corks > 0 || this.#waiting.length === 0 || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(Buffer.concat(this.#waiting));
    this.#waiting = [];
  }
}
