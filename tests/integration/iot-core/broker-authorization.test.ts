import { once } from "node:events";
import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AcceptedMessage } from "../../../local-aws/iot-core/broker/broker.ts";
import { ARN, type BrokerWorld, EVERYTHING, signedUrl, type SigningKeys, startBrokerWorld } from "./support/broker-world.ts";
import { WireClient } from "./support/wire-client.ts";

let world: BrokerWorld;
const accepted: AcceptedMessage[] = [];
beforeAll(async () => {
  world = await startBrokerWorld();
  world.broker.onAccepted((message) => accepted.push(message));
  world.definePolicy("site-harbor", {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "iot:Connect", Resource: `${ARN}client/\${cognito-identity.amazonaws.com:sub}-*` },
      { Effect: "Allow", Action: "iot:Subscribe", Resource: `${ARN}topicfilter/dt/harbor/*` },
      { Effect: "Allow", Action: "iot:Receive", Resource: `${ARN}topic/dt/harbor/*` },
    ],
  });
  world.definePolicy("device", {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "iot:Connect",
        Resource: `${ARN}client/\${iot:Connection.Thing.ThingName}`,
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
      },
      {
        Effect: "Allow",
        Action: "iot:Publish",
        Resource: `${ARN}topic/dt/\${iot:Connection.Thing.Attributes[site]}/\${iot:Connection.Thing.ThingName}/telemetry`,
      },
    ],
  });
});
afterAll(async () => {
  await world.close();
});

let identityNumber = 0;
const freshIdentity = () => `eu-west-1:aaaaaaaa-0000-1111-2222-${String((identityNumber += 1)).padStart(12, "0")}`;

async function viewer(version: 4 | 5): Promise<{ client: WireClient; clientId: string }> {
  const identityId = freshIdentity();
  world.registry.attachPolicy("site-harbor", identityId);
  const client = await WireClient.webSocket(world.url(await world.cognitoKeys(identityId, EVERYTHING)), version);
  const clientId = `${identityId}-tab`;
  await client.connect(clientId);
  return { client, clientId };
}

async function statusOf(url: string): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const request = get(url.replace(/^ws/, "http"), {
    headers: {
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    },
  });
  const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

describe("the handshake", () => {
  it("refuses a bad signature and an unknown key in the same words, as AWS IoT does", async () => {
    const wrongSecret: SigningKeys = { ...world.keys, secretAccessKey: "wrong" };
    const unknownKey: SigningKeys = { accessKeyId: ["AKIA", "A".repeat(16)].join(""), secretAccessKey: "x" };
    for (const keys of [wrongSecret, unknownKey]) {
      const { status, headers, body } = await statusOf(world.url(keys));
      expect(status).toBe(403);
      expect(headers).toMatchObject({ "content-type": "application/json", "x-amzn-errortype": "ForbiddenException:" });
      expect(headers["x-amzn-requestid"]).toBeDefined();
      expect(JSON.parse(body)).toEqual({
        message: "The security token included in the request is invalid",
        traceId: expect.any(String) as unknown,
      });
    }
  });

  it.each([
    ["a date more than five minutes off", () => signedUrl(`127.0.0.1:${world.port}`, world.keys, new Date(Date.now() - 301_000))],
    ["no signature", () => `ws://127.0.0.1:${world.port}/mqtt`],
    ["a changed query", () => world.url().replace("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=hosts")],
  ])("refuses %s", async (_what, url) => {
    expect((await statusOf(url())).status).toBe(403);
  });

  it("knows /mqtt only, and only the subprotocols of MQTT", async () => {
    expect((await statusOf(world.url().replace("/mqtt?", "/other?"))).status).toBe(404);
    await expect(WireClient.webSocket(world.url(), 5, "chat")).rejects.toThrow("400");
    const browser = await WireClient.webSocket(world.url(), 4, "mqttv3.1");
    expect(await browser.connect("browser")).toMatchObject({ returnCode: 0 });
    browser.close();
  });

  it("refuses expired keys and keeps a connection that was made with them", async () => {
    const identityId = freshIdentity();
    world.registry.attachPolicy("site-harbor", identityId);
    const keys = await world.cognitoKeys(identityId, EVERYTHING);
    const client = await WireClient.webSocket(world.url(keys));
    await client.connect(`${identityId}-tab`);
    world.iam.sessions.expire(identityId);
    expect((await statusOf(world.url(keys))).status).toBe(403);
    expect(await client.subscribe("dt/harbor/+/telemetry")).toEqual([0]);
    expect(client.isClosed).toBe(false);
    client.close();
  });
});

describe("an authenticated identity", () => {
  it("is refused without an attached IoT policy, whatever its role allows, and an event says so", async () => {
    const identityId = freshIdentity();
    const client = await WireClient.webSocket(world.url(await world.cognitoKeys(identityId, EVERYTHING)));
    expect(await client.connect(`${identityId}-tab`)).toMatchObject({ reasonCode: 0x87 });
    await client.closed;
    const event = accepted.find(({ topic }) => topic === `$aws/events/presence/connect_failed/${identityId}-tab`);
    expect(JSON.parse(String(event?.payload))).toMatchObject({
      clientId: `${identityId}-tab`,
      eventType: "connect_failed",
      connectFailureReason: "AUTHORIZATION_FAILED",
      principalIdentifier: expect.stringMatching(/^AROA.*:CognitoIdentityCredentials$/) as unknown,
      sessionIdentifier: expect.any(String) as unknown,
      ipAddress: "127.0.0.1",
      timestamp: expect.any(Number) as unknown,
    });
  });

  it("is refused by its role, whatever the IoT policy allows", async () => {
    const identityId = freshIdentity();
    world.registry.attachPolicy("site-harbor", identityId);
    const role = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iot:Subscribe", Resource: "*" }] } as const;
    const client = await WireClient.webSocket(world.url(await world.cognitoKeys(identityId, role)));
    expect(await client.connect(`${identityId}-tab`)).toMatchObject({ reasonCode: 0x87 });
  });

  it("cannot take another client identifier", async () => {
    const identityId = freshIdentity();
    world.registry.attachPolicy("site-harbor", identityId);
    const keys = await world.cognitoKeys(identityId, EVERYTHING);
    const victim = await WireClient.webSocket(world.url());
    await victim.connect("harbor-pump-01");
    for (const clientId of ["harbor-pump-01", "+", "#", "*", `${freshIdentity()}-x`]) {
      const client = await WireClient.webSocket(world.url(keys));
      expect(await client.connect(clientId)).toMatchObject({ reasonCode: 0x87 });
    }
    expect(await victim.deliveredSoFar()).toEqual([]);
    victim.close();
  });

  it("in MQTT 5 hears 0x87 for what it may not do and stays connected", async () => {
    const { client } = await viewer(5);
    expect(
      await client.subscribe(
        "dt/harbor/+/telemetry",
        "dt/ridge/+/telemetry",
        "#",
        "+/+/+",
        "$aws/things/+/shadow/#",
        "$share/g/dt/harbor/x",
      ),
    ).toEqual([0, 0x87, 0x87, 0x87, 0x87, 0x87]);
    for (const topic of ["dt/harbor/p/telemetry", "$aws/things/p/shadow/update", "$aws/events/presence/connected/x"]) {
      client.publish(topic, "x", { qos: 1 });
      expect(await client.next("puback")).toMatchObject({ reasonCode: 0x87 });
    }
    client.publish("dt/harbor/p/telemetry", "x", { qos: 0 });
    expect(await client.deliveredSoFar()).toEqual([]);
    client.close();
  });

  it("in MQTT 3.1.1 loses the connection for it", async () => {
    const denied: ((client: WireClient) => void)[] = [
      (client) => client.publish("dt/harbor/p/telemetry", "x"),
      (client) => client.publish("dt/harbor/p/telemetry", "x", { qos: 1 }),
      (client) => client.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 0 }] }),
    ];
    for (const act of denied) {
      const { client, clientId } = await viewer(4);
      act(client);
      await client.closed;
      expect(client.packets).toEqual([]);
      const event = accepted.find(({ topic }) => topic === `$aws/events/presence/disconnected/${clientId}`);
      expect(JSON.parse(String(event?.payload))).toMatchObject({ disconnectReason: "AUTH_ERROR", clientInitiatedDisconnect: false });
    }
    const identityId = freshIdentity();
    const client = await WireClient.webSocket(world.url(await world.cognitoKeys(identityId, EVERYTHING)), 4);
    await expect(client.connect("x")).rejects.toThrow("closed before connack");
  });

  it("gets a message only if it may receive its topic, however it subscribed", async () => {
    const keys = world.userKeys("receiver", {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["iot:Connect", "iot:Subscribe"], Resource: "*" },
        { Effect: "Allow", Action: "iot:Receive", NotResource: `${ARN}topic/secret/*` },
      ],
    });
    const client = await WireClient.webSocket(world.url(keys));
    await client.connect("receiver");
    await client.subscribe("#");
    const publisher = await WireClient.webSocket(world.url());
    await publisher.connect("receiver-publisher");
    publisher.publish("secret/a", "secret");
    publisher.publish("open/a", "open");
    await publisher.deliveredSoFar();
    expect(await client.deliveredSoFar()).toContain("open");
    expect(await client.deliveredSoFar()).not.toContain("secret");
    client.close();
    publisher.close();
  });

  it("feels a detached policy at once", async () => {
    const identityId = freshIdentity();
    world.registry.attachPolicy("site-harbor", identityId);
    const client = await WireClient.webSocket(world.url(await world.cognitoKeys(identityId, EVERYTHING)));
    await client.connect(`${identityId}-tab`);
    await client.subscribe("dt/harbor/+/telemetry");
    world.broker.publish(
      { topic: "dt/harbor/a/telemetry", payload: Buffer.from("1"), qos: 0, isRetained: false },
      { caller: { kind: "service" } },
    );
    expect(await client.next("publish")).toMatchObject({ payload: Buffer.from("1") });
    world.registry.detachPolicy("site-harbor", identityId);
    world.broker.publish(
      { topic: "dt/harbor/a/telemetry", payload: Buffer.from("2"), qos: 0, isRetained: false },
      { caller: { kind: "service" } },
    );
    expect(await client.deliveredSoFar()).toEqual([]);
    client.close();
  });
});

describe("a guest identity", () => {
  it("needs its role only", async () => {
    const identityId = freshIdentity();
    const keys = await world.cognitoKeys(identityId, EVERYTHING, { isAuthenticated: false });
    const client = await WireClient.webSocket(world.url(keys));
    expect(await client.connect("guest")).toMatchObject({ reasonCode: 0 });
    client.close();
  });
});

describe("a device certificate", () => {
  it("is judged by its IoT policy, with the variables of its thing", async () => {
    const device = await world.device("device");
    world.registry.things.create("harbor-pump-02", { attributes: { site: "harbor" } });
    world.registry.attachThingPrincipal("harbor-pump-02", device.certificateArn);
    const client = await WireClient.tls({ port: world.mtlsPort, ...device });
    expect(await client.connect("harbor-pump-02")).toMatchObject({ reasonCode: 0 });
    client.publish("dt/harbor/harbor-pump-02/telemetry", "{}", { qos: 1 });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0 });
    client.publish("dt/ridge/harbor-pump-02/telemetry", "{}", { qos: 1 });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0x87 });
    client.publish("dt/harbor/harbor-pump-01/telemetry", "{}", { qos: 1 });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0x87 });
    expect(accepted.at(-1)).toMatchObject({ caller: { kind: "certificate", certificateId: device.certificateId } });
    client.close();
  });

  it("cannot connect as a thing it is not attached to", async () => {
    const device = await world.device("device");
    world.registry.things.create("harbor-pump-03", { attributes: { site: "harbor" } });
    const client = await WireClient.tls({ port: world.mtlsPort, ...device });
    expect(await client.connect("harbor-pump-03")).toMatchObject({ reasonCode: 0x87 });
  });

  it("is refused when it is unknown, inactive or missing, and dropped when it is deactivated", async () => {
    const device = await world.device("device");
    world.registry.things.create("harbor-pump-04", { attributes: { site: "harbor" } });
    world.registry.attachThingPrincipal("harbor-pump-04", device.certificateArn);
    const client = await WireClient.tls({ port: world.mtlsPort, ...device });
    expect(await client.connect("harbor-pump-04")).toMatchObject({ reasonCode: 0 });
    world.registry.certificates.updateStatus(device.certificateId, "INACTIVE");
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x87 });
    await client.closed;
    const again = await WireClient.tls({ port: world.mtlsPort, ...device });
    await expect(again.connect("harbor-pump-04")).rejects.toThrow("closed");
    const stranger = await startBrokerWorld();
    const foreign = await stranger.device(undefined);
    const refused = await WireClient.tls({ port: world.mtlsPort, ...foreign, ca: device.ca });
    await expect(refused.connect("harbor-pump-04")).rejects.toThrow("closed");
    await stranger.close();
  });
});

describe("iot:ConnectAttributes and iot:LastWillTopic", () => {
  it("restrict persistent sessions and wills", async () => {
    const keys = world.userKeys("will-user", {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "iot:Connect",
          Resource: "*",
          Condition: { "ForAllValues:StringEquals": { "iot:ConnectAttributes": ["LastWill"] } },
        },
        { Effect: "Allow", Action: "iot:Publish", Resource: `${ARN}topic/wills/*` },
      ],
    });
    const connect = async (fields: object) =>
      (await WireClient.webSocket(world.url(keys))).connect(`will-${(identityNumber += 1)}`, fields);
    const will = (topic: string) => ({ will: { topic, payload: Buffer.from("x"), qos: 0, retain: false } });
    expect(await connect({})).toMatchObject({ reasonCode: 0 });
    expect(await connect(will("wills/a"))).toMatchObject({ reasonCode: 0 });
    expect(await connect(will("other/a"))).toMatchObject({ reasonCode: 0x87 });
    expect(await connect({ properties: { sessionExpiryInterval: 60 } })).toMatchObject({ reasonCode: 0x87 });
  });
});
