import { once } from "node:events";
import { auth, io, iot, mqtt, mqtt5, type http } from "aws-iot-device-sdk-v2";
import type { LocalAwsInfo } from "../../../../local-aws/info.ts";

export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** AWS's own signer for the WebSocket handshake, with the settings of the SDK's own builder (the token is added after signing). */
function signHandshake(info: LocalAwsInfo, keys: TemporaryKeys) {
  const provider = auth.AwsCredentialsProvider.newStatic(keys.accessKeyId, keys.secretAccessKey, keys.sessionToken);
  return (request: http.HttpRequest, done: (errorCode?: number) => void): void => {
    auth
      .aws_sign_request(request, {
        algorithm: auth.AwsSigningAlgorithm.SigV4,
        signature_type: auth.AwsSignatureType.HttpRequestViaQueryParams,
        provider,
        region: info.region,
        service: "iotdevicegateway",
        signed_body_value: auth.AwsSignedBodyValue.EmptySha256,
        omit_session_token: true,
      })
      .then(() => done())
      .catch(() => done(1));
  };
}

/** MQTT 5 over WebSocket and SigV4, as a dashboard; resolves once connected, rejects with the refusal. */
export async function connectDashboard5(info: LocalAwsInfo, keys: TemporaryKeys, clientId: string): Promise<mqtt5.Mqtt5Client> {
  const client = new mqtt5.Mqtt5Client({
    hostName: "127.0.0.1",
    port: Number(new URL(info.mqtt.wss).port),
    connectProperties: { clientId, keepAliveIntervalSeconds: 30 },
    websocketHandshakeTransform: signHandshake(info, keys),
  });
  await start(client);
  return client;
}

/** MQTT 3.1.1 over WebSocket and SigV4. */
export async function connectDashboard311(info: LocalAwsInfo, keys: TemporaryKeys, clientId: string): Promise<mqtt.MqttClientConnection> {
  const connection = new mqtt.MqttClient(new io.ClientBootstrap()).new_connection({
    client_id: clientId,
    host_name: "127.0.0.1",
    port: Number(new URL(info.mqtt.wss).port),
    clean_session: true,
    keep_alive: 30,
    use_websocket: true,
    socket_options: new io.SocketOptions(),
    websocket_handshake_transform: signHandshake(info, keys),
  });
  await connection.connect();
  return connection;
}

/** MQTT 5 over mutual TLS, as a device, through the SDK's own builder. */
export async function connectDevice(
  info: LocalAwsInfo,
  thing: { name: string; certificate: string; privateKey: string },
): Promise<mqtt5.Mqtt5Client> {
  const builder = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(
    "localhost",
    thing.certificate,
    thing.privateKey,
  );
  builder.withCertificateAuthority(info.mqtt.caPem);
  builder.withPort(Number(new URL(info.mqtt.mtls).port));
  builder.withConnectProperties({ clientId: thing.name, keepAliveIntervalSeconds: 30 });
  const client = new mqtt5.Mqtt5Client(builder.build());
  await start(client);
  return client;
}

/** MQTT 3.1.1 over mutual TLS, as a device, through the SDK's own builder. */
export async function connectDevice311(
  info: LocalAwsInfo,
  thing: { name: string; certificate: string; privateKey: string },
): Promise<mqtt.MqttClientConnection> {
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(thing.certificate, thing.privateKey)
    .with_certificate_authority(info.mqtt.caPem)
    .with_endpoint("localhost")
    .with_port(Number(new URL(info.mqtt.mtls).port))
    .with_client_id(thing.name)
    .with_clean_session(true)
    .build();
  const connection = new mqtt.MqttClient().new_connection(config);
  await connection.connect();
  return connection;
}

async function start(client: mqtt5.Mqtt5Client): Promise<void> {
  const connected = once(client, "connectionSuccess");
  const failed = once(client, "connectionFailure").then(([event]) => {
    throw new Error("refused", { cause: (event as mqtt5.ConnectionFailureEvent).error });
  });
  client.start();
  try {
    await Promise.race([connected, failed]);
  } catch (error) {
    client.stop();
    throw error;
  }
  failed.catch(() => undefined);
}

export async function stop(client: mqtt5.Mqtt5Client): Promise<void> {
  const stopped = once(client, "stopped");
  client.stop();
  await stopped;
  client.close();
}

/** Collects messages by topic; `next` waits for one that is wanted. */
export function collect(client: mqtt5.Mqtt5Client | mqtt.MqttClientConnection) {
  const received: { topic: string; payload: unknown }[] = [];
  const waiting = new Set<() => void>();
  const take = (topic: string, payload: ArrayBuffer) => {
    const text = Buffer.from(payload).toString("utf8");
    received.push({ topic, payload: text === "" ? undefined : (JSON.parse(text) as unknown) });
    for (const check of waiting) check();
  };
  if (client instanceof mqtt5.Mqtt5Client) {
    client.on("messageReceived", ({ message }) => take(message.topicName, message.payload as ArrayBuffer));
  } else client.on("message", take);
  return {
    received,
    next: (topic: string): Promise<unknown> =>
      new Promise((resolve) => {
        const check = () => {
          const index = received.findIndex((message) => message.topic === topic);
          if (index < 0) return;
          waiting.delete(check);
          resolve(received.splice(index, 1)[0]?.payload);
        };
        waiting.add(check);
        check();
      }),
  };
}
