import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AcceptedMessage } from "../../../local-aws/iot-core/broker/broker.ts";
import { signedUrl } from "./support/broker-world.ts";
import { type IotWorld, startIotWorld } from "./support/iot-world.ts";
import { WireClient } from "./support/wire-client.ts";

const THING = "willing-01";
const UPDATE = `$aws/things/${THING}/shadow/update`;

let world: IotWorld;
let accepted: AcceptedMessage[] = [];
beforeAll(async () => {
  world = await startIotWorld();
  world.registry.things.create(THING, {});
  world.broker.liftRates(true);
  world.broker.onAccepted((message) => accepted.push(message));
});
afterAll(() => world.close());

const keys = () =>
  world.iam.createUser("willing", {
    inlinePolicies: { all: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }] } },
  });

async function open(clientId: string, fields: object = {}): Promise<WireClient> {
  const client = await WireClient.webSocket(signedUrl(new URL(world.dataOrigin).host, keys(), new Date()));
  await client.connect(clientId, fields);
  return client;
}

const seen = (topic: string) => accepted.filter((message) => message.topic === topic);
const untilSeen = (topic: string) => expect.poll(() => seen(topic).length).toBe(1);

const DELAYED = {
  clean: false,
  properties: { sessionExpiryInterval: 600 },
  will: { topic: "wills/delayed", payload: Buffer.from("gone"), qos: 1, retain: false, properties: { willDelayInterval: 300 } },
};

describe("a last will on a shadow topic", () => {
  it("is delivered like any message and leaves the shadow alone; the same message as a publish changes it", async () => {
    const payload = Buffer.from(JSON.stringify({ state: { reported: { online: false } } }));
    const listener = await open("listener");
    await listener.subscribe(UPDATE);
    const dying = await open("dying", { will: { topic: UPDATE, payload, qos: 1, retain: false } });
    dying.destroy();
    expect(await listener.next("publish")).toMatchObject({ topic: UPDATE, payload });
    expect(seen(UPDATE)).toMatchObject([{ isWill: true, clientId: "dying" }]);
    await untilSeen("$aws/events/presence/disconnected/dying");
    listener.publish(UPDATE, payload, { qos: 1 });
    await listener.next("puback");
    await untilSeen(`${UPDATE}/accepted`);
    expect(seen(`${UPDATE}/documents`)).toHaveLength(1);
    expect(JSON.parse(seen(`${UPDATE}/accepted`)[0]?.payload.toString() ?? "")).toMatchObject({ version: 1 });
    listener.close();
  });
});

describe("a delayed will", () => {
  it.each([
    ["a clean start", () => open("delayed")],
    ["DeleteConnection of the session", () => world.broker.disconnect("delayed", { cleanSession: true, preventWillMessage: false })],
  ])("is sent at once when its session is ended by %s", async (_, endSession) => {
    accepted = [];
    const client = await open("delayed", DELAYED);
    client.destroy();
    await untilSeen("$aws/events/presence/disconnected/delayed");
    expect(seen("wills/delayed")).toEqual([]);
    await endSession();
    expect(seen("wills/delayed")).toMatchObject([{ isWill: true }]);
  });

  it("never outlives a session that ends with its connection", async () => {
    accepted = [];
    const { will } = DELAYED;
    (await open("short", { will })).destroy();
    await untilSeen("wills/delayed");
  });

  it("is not sent when the client comes back to its session and leaves with a goodbye", async () => {
    accepted = [];
    (await open("delayed", DELAYED)).destroy();
    await untilSeen("$aws/events/presence/disconnected/delayed");
    const back = await open("delayed", DELAYED);
    back.send({ cmd: "disconnect" });
    await back.closed;
    world.broker.disconnect("delayed", { cleanSession: true, preventWillMessage: false });
    expect(seen("wills/delayed")).toEqual([]);
  });
});

describe("a retained will", () => {
  it("is kept for those who subscribe later", async () => {
    (await open("retaining", { will: { topic: "wills/kept", payload: Buffer.from("gone"), qos: 1, retain: true } })).destroy();
    await expect.poll(() => world.broker.retained("wills/kept")?.payload.toString()).toBe("gone");
  });
});
