import { auth, iot, mqtt, mqtt5 } from "aws-iot-device-sdk-v2";
import { connect, connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrokerWorld, EVERYTHING, REGION, startBrokerWorld } from "./support/broker-world.ts";

let world: BrokerWorld;
beforeAll(async () => {
  world = await startBrokerWorld();
  world.definePolicy("everything", EVERYTHING);
});
afterAll(async () => {
  await world.close();
});

function nextMessage(client: MqttClient): Promise<[string, string]> {
  return new Promise((resolve) => client.once("message", (topic, payload) => resolve([topic, payload.toString()])));
}

describe("mqtt.js", () => {
  it.each([4, 5] as const)("publishes and receives over a signed WebSocket (MQTT version %i)", async (protocolVersion) => {
    const client = await connectAsync(world.url(), {
      protocolVersion,
      clientId: `mqttjs-${protocolVersion}`,
      keepalive: 30,
      reconnectPeriod: 0,
    });
    await client.subscribeAsync(`js/${protocolVersion}/+`, { qos: 1 });
    const message = nextMessage(client);
    await client.publishAsync(`js/${protocolVersion}/a`, "hello", { qos: 1, retain: true });
    expect(await message).toEqual([`js/${protocolVersion}/a`, "hello"]);
    await client.endAsync();
  });

  it("publishes and receives over mutual TLS, and comes back to its persistent session", async () => {
    const device = await world.device("everything");
    const options = { ...device, protocolVersion: 4 as const, clientId: "mqttjs-tls", clean: false, reconnectPeriod: 0 };
    const client = await connectAsync(`mqtts://localhost:${world.mtlsPort}`, options);
    await client.subscribeAsync("tls/+", { qos: 1 });
    await client.endAsync();
    world.broker.publish({ topic: "tls/a", payload: Buffer.from("waited"), qos: 1, isRetained: false }, { caller: { kind: "service" } });
    world.broker.liftRates(true);
    const back = connect(`mqtts://localhost:${world.mtlsPort}`, options);
    expect(await nextMessage(back)).toEqual(["tls/a", "waited"]);
    world.broker.liftRates(false);
    await back.endAsync();
  });
});

/** The SDK signs; only TLS is left out, because the stand-in's WebSocket is plain on loopback. */
async function signedHandshake(): Promise<Pick<mqtt5.Mqtt5ClientConfig, "hostName" | "port" | "websocketHandshakeTransform">> {
  const provider = auth.AwsCredentialsProvider.newStatic(world.keys.accessKeyId, world.keys.secretAccessKey);
  return Promise.resolve({
    hostName: "127.0.0.1",
    port: world.port,
    websocketHandshakeTransform: (request, done) => {
      void auth
        .aws_sign_request(request, {
          algorithm: auth.AwsSigningAlgorithm.SigV4,
          signature_type: auth.AwsSignatureType.HttpRequestViaQueryParams,
          provider,
          region: REGION,
          service: "iotdevicegateway",
          signed_body_value: auth.AwsSignedBodyValue.EmptySha256,
          omit_session_token: true,
        })
        .then(
          () => done(),
          () => done(1),
        );
    },
  });
}

function started(client: mqtt5.Mqtt5Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once("connectionSuccess", () => resolve());
    client.once("connectionFailure", ({ error }) => reject(new Error(String(error))));
    client.start();
  });
}

async function stopped(client: mqtt5.Mqtt5Client): Promise<void> {
  const done = new Promise((resolve) => client.once("stopped", resolve));
  client.stop();
  await done;
  client.close();
}

describe("aws-iot-device-sdk-v2", () => {
  it("speaks MQTT 5 over a WebSocket it signed itself", async () => {
    const client = new mqtt5.Mqtt5Client({
      ...(await signedHandshake()),
      connectProperties: { keepAliveIntervalSeconds: 30, clientId: "sdk-5-ws" },
    });
    await started(client);
    const received = new Promise<mqtt5.MessageReceivedEvent>((resolve) => client.once("messageReceived", resolve));
    const suback = await client.subscribe({ subscriptions: [{ topicFilter: "sdk/+", qos: mqtt5.QoS.AtLeastOnce }] });
    expect(suback.reasonCodes).toEqual([1]);
    const completion = await client.publish({
      topicName: "sdk/a",
      qos: mqtt5.QoS.AtLeastOnce,
      payload: "hello",
      contentType: "text/plain",
    });
    expect(completion).toMatchObject({ reasonCode: 0 });
    expect((await received).message).toMatchObject({ topicName: "sdk/a", contentType: "text/plain" });
    await stopped(client);
  });

  it("speaks MQTT 5 over mutual TLS with the builder for devices", async () => {
    const device = await world.device("everything");
    const builder = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory("localhost", device.cert, device.key);
    builder.withCertificateAuthority(device.ca).withPort(world.mtlsPort);
    builder.withConnectProperties({ keepAliveIntervalSeconds: 30, clientId: "sdk-5-tls" });
    const client = new mqtt5.Mqtt5Client(builder.build());
    await started(client);
    expect(await client.publish({ topicName: "sdk/b", qos: mqtt5.QoS.AtLeastOnce, payload: "x" })).toMatchObject({ reasonCode: 0 });
    await stopped(client);
  });

  it("speaks MQTT 3.1.1 over mutual TLS with the builder for devices", async () => {
    const device = await world.device("everything");
    const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(device.cert, device.key)
      .with_certificate_authority(device.ca)
      .with_endpoint("localhost")
      .with_port(world.mtlsPort)
      .with_client_id("sdk-3-tls")
      .with_clean_session(true)
      .build();
    const connection = new mqtt.MqttClient().new_connection(config);
    await connection.connect();
    const received = new Promise<string>((resolve) => {
      void connection.subscribe("sdk3/+", mqtt.QoS.AtLeastOnce, (topic, payload) => resolve(`${topic} ${Buffer.from(payload).toString()}`));
    });
    await connection.publish("sdk3/a", "hello", mqtt.QoS.AtLeastOnce);
    expect(await received).toBe("sdk3/a hello");
    await connection.disconnect();
  });
});
