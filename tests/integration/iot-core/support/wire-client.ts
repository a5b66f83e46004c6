import { connect as connectTls } from "node:tls";
import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import { WebSocket } from "ws";

const TIMEOUT_MS = 5000;

interface Wire {
  write(bytes: Buffer): void;
  close(): void;
  destroy(): void;
}

/** A client that says exactly what a test tells it to, with mqtt-packet as an independent codec. */
export class WireClient {
  readonly packets: Packet[] = [];
  /** Resolves when the server ended the connection; WebSocket close code, or 0 on TLS. */
  readonly closed: Promise<number>;
  readonly #wire: Wire;
  readonly #version: 4 | 5;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  private constructor(version: 4 | 5, attach: (onData: (bytes: Buffer) => void, onClose: (code: number) => void) => Wire) {
    this.#version = version;
    const incoming = parser({ protocolVersion: version });
    incoming.on("packet", (packet) => {
      this.packets.push(packet);
      this.#wake();
    });
    let resolveClosed: (code: number) => void = () => undefined;
    this.closed = new Promise((resolve) => (resolveClosed = resolve));
    this.#wire = attach(
      (bytes) => void incoming.parse(bytes),
      (code) => {
        this.#isClosed = true;
        resolveClosed(code);
        this.#wake();
      },
    );
  }

  static async webSocket(url: string, version: 4 | 5 = 5, protocol = "mqtt"): Promise<WireClient> {
    const webSocket = new WebSocket(url, protocol);
    const client = new WireClient(version, (onData, onClose) => {
      webSocket.on("message", (data) => onData(data as Buffer));
      webSocket.on("close", onClose);
      webSocket.on("error", () => undefined);
      return {
        write: (bytes) => webSocket.send(bytes),
        close: () => webSocket.close(),
        destroy: () => webSocket.terminate(),
      };
    });
    await new Promise<void>((resolve, reject) => webSocket.once("open", resolve).once("error", reject));
    return client;
  }

  static async tls(options: { port: number; cert: string; key: string; ca: string }, version: 4 | 5 = 5): Promise<WireClient> {
    const socket = connectTls({ host: "127.0.0.1", ...options });
    const client = new WireClient(version, (onData, onClose) => {
      socket.on("data", onData);
      socket.on("close", () => onClose(0));
      socket.on("error", () => undefined);
      return { write: (bytes) => void socket.write(bytes), close: () => void socket.end(), destroy: () => void socket.destroy() };
    });
    await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    return client;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  connect(clientId: string, fields: Partial<IConnectPacket> = {}): Promise<Packet> {
    this.send({ cmd: "connect", protocolId: "MQTT", protocolVersion: this.#version, clean: true, keepalive: 60, clientId, ...fields });
    return this.next("connack");
  }

  async subscribe(
    ...topics: (string | { topic: string; qos: 0 | 1 | 2; nl?: boolean; rap?: boolean; rh?: 0 | 1 | 2 })[]
  ): Promise<number[]> {
    const subscriptions = topics.map((topic) => (typeof topic === "string" ? { topic, qos: 0 as const } : topic));
    this.send({ cmd: "subscribe", messageId: 7, subscriptions });
    const suback = await this.next("suback");
    return (suback as unknown as { granted: number[] }).granted;
  }

  publish(
    topic: string,
    payload: string | Buffer,
    fields: { qos?: 0 | 1 | 2; retain?: boolean; messageId?: number; properties?: object } = {},
  ): void {
    this.send({ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false, messageId: 11, ...fields });
  }

  send(packet: Packet): void {
    this.raw(generate(packet, { protocolVersion: this.#version }));
  }

  raw(bytes: Buffer): void {
    this.#wire.write(bytes);
  }

  /** The next packet of the kind, consumed; those before it stay. Fails after five seconds or when the connection ends. */
  async next(cmd: Packet["cmd"]): Promise<Packet> {
    const giveUpAtMs = Date.now() + TIMEOUT_MS;
    for (;;) {
      const index = this.packets.findIndex((packet) => packet.cmd === cmd);
      if (index !== -1) {
        const [packet] = this.packets.splice(index, 1);
        if (packet !== undefined) return packet;
      }
      if (this.#isClosed) throw new Error(`closed before ${cmd}; got ${this.packets.map((packet) => packet.cmd).join(",")}`);
      await this.#change(giveUpAtMs - Date.now(), cmd);
    }
  }

  /** The payload texts of everything delivered until the answer to a PINGREQ sent now. */
  async deliveredSoFar(): Promise<string[]> {
    this.send({ cmd: "pingreq" });
    await this.next("pingresp");
    return this.packets.flatMap((packet) => (packet.cmd === "publish" ? [packet.payload.toString()] : []));
  }

  close(): void {
    this.#wire.close();
  }

  destroy(): void {
    this.#wire.destroy();
  }

  #change(timeoutMs: number, cmd: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no ${cmd}; got ${this.packets.map((packet) => packet.cmd).join(",") || "nothing"}`)),
        timeoutMs,
      );
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
