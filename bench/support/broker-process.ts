import { fork, type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A broker in a process of its own, so that the load and the broker do not share an event loop. */
export interface BrokerProcess {
  readonly port: number;
  /** Path and query of the WebSocket handshake; undefined for MQTT on plain TCP. */
  readonly webSocketPath: string | undefined;
  /** Client ids must begin so. */
  readonly clientIdPrefix: string;
  stop(): Promise<void>;
}

/** Ours: SigV4, role and IoT policy for every connection and message, sizes limited, a listener where rules listen. */
export async function startOurBroker(): Promise<BrokerProcess> {
  const child = fork(fileURLToPath(new URL("broker-child.ts", import.meta.url)), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [message] = (await once(child, "message")) as [{ url: string; clientIdPrefix: string }];
  const url = new URL(message.url);
  return {
    port: Number(url.port),
    webSocketPath: `${url.pathname}${url.search}`,
    clientIdPrefix: message.clientIdPrefix,
    stop: () => stop(child),
  };
}

const MOSQUITTO_PATHS = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"];

/** mosquitto on plain TCP, without authentication, policies or limits; undefined where it is not installed. */
export async function startMosquitto(): Promise<BrokerProcess | undefined> {
  const path = MOSQUITTO_PATHS.find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "mosquitto-"));
  const config = join(directory, "mosquitto.conf");
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\n`);
  const child = spawn(path, ["-c", config], { stdio: "ignore" });
  await untilListening(port);
  return {
    port,
    webSocketPath: undefined,
    clientIdPrefix: "bench-",
    stop: async () => {
      await stop(child);
      rmSync(directory, { recursive: true });
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`mosquitto does not listen on port ${port}`);
}
