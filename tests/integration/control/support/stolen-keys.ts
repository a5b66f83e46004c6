import { DeleteThingShadowCommand, IoTDataPlaneClient, PublishCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { connect, type IClientOptions, type IClientPublishOptions, type MqttClient } from "mqtt";
import type { LocalAwsInfo } from "../../../../local-aws/info.ts";
import { signedUrl } from "../../iot-core/support/broker-world.ts";
import type { Person } from "./live-deck.ts";

/** Keys as the deck hands them to a page, in the hands of somebody who took them out of it. */
export interface StolenKeys {
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  clientIdPrefix: string;
}

/** Asks for a page's keys until they are there. */
export async function stealKeys(person: Person): Promise<StolenKeys> {
  for (;;) {
    const { status, body } = await person.post("/api/credentials");
    if (status === 200) return body as unknown as StolenKeys;
    if (status !== 202) throw new Error(`no keys: ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** mqtt.js's client is no EventEmitter of Node's own. */
const happening = (client: MqttClient, event: "close" | "connect") => new Promise<void>((resolve) => client.once(event, () => resolve()));

/** A connection with stolen keys; rejects when the broker refuses it. */
export async function connectWith(info: LocalAwsInfo, stolen: StolenKeys, options: IClientOptions = {}): Promise<MqttClient> {
  const { host } = new URL(info.mqtt.wss);
  const client = connect(signedUrl(host, stolen.credentials, new Date()), {
    clientId: `${stolen.clientIdPrefix}${crypto.randomUUID()}`,
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...options,
  });
  const refused = happening(client, "close").then(() => {
    throw new Error("refused");
  });
  client.on("error", () => undefined);
  await Promise.race([happening(client, "connect"), refused]);
  refused.catch(() => undefined);
  return client;
}

/** How a publish with stolen keys ends: the refusal's reason code, or `taken`. */
export async function tryPublish(
  info: LocalAwsInfo,
  stolen: StolenKeys,
  { topic, payload = "", ...options }: IClientPublishOptions & { topic: string; payload?: string },
): Promise<number | "taken" | "closed"> {
  const client = await connectWith(info, stolen);
  const closed = happening(client, "close").then(() => "closed" as const);
  const answered = client.publishAsync(topic, payload, { qos: 1, ...options }).then(
    () => "taken" as const,
    (error: unknown) => (error as { code?: number }).code ?? ("closed" as const),
  );
  const outcome = await Promise.race([answered, closed]);
  client.end(true);
  return outcome;
}

/** The data plane over HTTPS with stolen keys: the status of each road to a shadow. */
export async function tryDataPlane(info: LocalAwsInfo, { credentials }: StolenKeys, thingName: string): Promise<(number | undefined)[]> {
  const client = new IoTDataPlaneClient({ region: info.region, endpoint: info.endpoints.iotData, credentials, maxAttempts: 1 });
  const payload = new TextEncoder().encode(JSON.stringify({ state: { desired: { power: true } } }));
  const statusOf = (call: Promise<{ $metadata: { httpStatusCode?: number } }>) =>
    call.then(
      ({ $metadata }) => $metadata.httpStatusCode,
      (error: unknown) => (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode,
    );
  return await Promise.all([
    statusOf(client.send(new UpdateThingShadowCommand({ thingName, payload }))),
    statusOf(client.send(new UpdateThingShadowCommand({ thingName, shadowName: "other", payload }))),
    statusOf(client.send(new DeleteThingShadowCommand({ thingName }))),
    statusOf(client.send(new DeleteThingShadowCommand({ thingName, shadowName: "other" }))),
    statusOf(client.send(new PublishCommand({ topic: `$aws/things/${thingName}/shadow/update`, payload, qos: 1 }))),
    statusOf(client.send(new PublishCommand({ topic: `$aws/things/${thingName}/shadow/update/delta`, payload, qos: 1, retain: true }))),
  ]);
}
