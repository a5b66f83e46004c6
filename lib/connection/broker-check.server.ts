import "server-only";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { type ConnectionFailure, connectionFailureOf } from "../platform/connection-failure.ts";
import { env } from "../platform/env.server.ts";
import { processSingleton } from "../platform/process-singleton.ts";

/** What this server finds at the broker's address: it answers, with a certificate that is its own, or why not. */
export type BrokerFinding = "answers" | ConnectionFailure;

const ANSWER_MS_MAX = 5_000;
/** However many tabs ask, the broker is tried no more often. */
const KEPT_MS = 10_000;

const kept = processSingleton("broker-check", (): { atMs: number; finding: Promise<BrokerFinding> | null } => ({ atMs: 0, finding: null }));

/** Tries name, address and certificate of MQTT_URL, without keys; never rejects. */
export async function checkBroker(): Promise<BrokerFinding> {
  const last = kept();
  if (last.finding === null || performance.now() - last.atMs > KEPT_MS) {
    last.atMs = performance.now();
    last.finding = tryBroker(new URL(env().MQTT_URL));
  }
  return await last.finding;
}

/** The same for any address, at once; `timeoutMs` bounds each step. */
export function tryBroker({ protocol, hostname, port }: URL, timeoutMs = ANSWER_MS_MAX): Promise<BrokerFinding> {
  const isSecure = protocol === "wss:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const at = { host, port: Number(port) || (isSecure ? 443 : 80) };
  return new Promise((resolve) => {
    const socket = isSecure ? connectTls({ ...at, ...(isIP(host) === 0 && { servername: host }) }) : connectTcp(at);
    const end = (finding: BrokerFinding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.setTimeout(timeoutMs, () => end("no-answer"));
    socket.once(isSecure ? "secureConnect" : "connect", () => end("answers"));
    socket.once("error", (error) => end(connectionFailureOf(error) ?? "cut"));
  });
}
