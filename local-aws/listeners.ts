import type { Logger } from "./platform/log.ts";
import { listen, type HttpHandler, type Listener } from "./platform/http.ts";

/** Every HTTP listener of the stand-in, in the order in which `--port` counts them. */
export const LISTENERS = ["iotData", "idp", "domain", "cognitoIdentity", "sts", "iot", "dynamodb", "control", "corporateSso"] as const;
export type ListenerName = (typeof LISTENERS)[number];

/** The MQTT listener for devices speaks TLS and is opened by the broker; it is counted after the HTTP ones. */
export const MTLS_PORT_OFFSET = LISTENERS.length;

export type Listeners = Readonly<Record<ListenerName, Listener & { onRequest(handler: HttpHandler): void }>>;

export interface ListenersInput {
  /** First of a row of ports; absent: those of the last start, else free ones. */
  readonly basePort: number | undefined;
  readonly lastPorts: Readonly<Record<string, number>>;
  readonly log: Logger;
  nowMs(): number;
}

/** Opens all listeners on loopback. A port that is taken is replaced by a free one, and the log says so. */
export async function openListeners({ basePort, lastPorts, log, nowMs }: ListenersInput): Promise<Listeners> {
  const opened = await Promise.all(
    LISTENERS.map(async (name, index) => {
      const wanted = basePort === undefined ? lastPorts[name] : basePort + index;
      const listener = await listen(wanted, nowMs);
      if (wanted !== undefined && wanted !== listener.port)
        log.warn({ listener: name, wanted, port: listener.port }, "port is taken; using another");
      return [name, listener] as const;
    }),
  );
  return Object.fromEntries(opened) as unknown as Listeners;
}

/** The port the broker's TLS listener should have; 0 leaves it to the system. */
export function mtlsPort({ basePort, lastPorts }: Pick<ListenersInput, "basePort" | "lastPorts">): number {
  return basePort === undefined ? (lastPorts.mtls ?? 0) : basePort + MTLS_PORT_OFFSET;
}
