import { connect } from "mqtt";
import type { LocalAwsInfo } from "../../../../local-aws/info.ts";
import { type ShadowChange } from "../../../../lib/shadow/command-model.ts";
import { parseShadowChange } from "../../../../lib/shadow/shadow-change.ts";
import { signedUrl } from "../../iot-core/support/broker-world.ts";

export interface ShadowWitness {
  /** thing -> version -> what that version changed. */
  seen: Map<string, Map<number, ShadowChange>>;
  close(): Promise<void>;
}

/** Writes down every version of every shadow, with a persistent session, so that a broken connection loses none. */
export async function startShadowWitness(info: LocalAwsInfo): Promise<ShadowWitness> {
  const seen: ShadowWitness["seen"] = new Map();
  const { host } = new URL(info.mqtt.wss);
  const client = connect(info.mqtt.wss, {
    clientId: "witness",
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
    // AWS takes one connect a second from a client id.
    reconnectPeriod: 1_100,
    reconnectOnConnackError: true,
    transformWsUrl: () => signedUrl(host, info.root, new Date()),
  });
  client.on("message", (topic, payload) => {
    const thing = topic.split("/")[2] ?? "";
    const atMs = Date.now();
    const change = parseShadowChange({ thing, site: null, atMs, ...(JSON.parse(payload.toString("utf8")) as object) });
    seen.set(thing, (seen.get(thing) ?? new Map<number, ShadowChange>()).set(change.version, change));
  });
  client.on("error", () => undefined);
  await new Promise<void>((resolve) => client.once("connect", () => resolve()));
  await client.subscribeAsync("$aws/things/+/shadow/update/documents", { qos: 1 });
  return { seen, close: () => client.endAsync() };
}
