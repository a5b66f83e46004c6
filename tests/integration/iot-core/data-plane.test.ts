import {
  DeleteConnectionCommand,
  DeleteThingShadowCommand,
  GetConnectionCommand,
  GetRetainedMessageCommand,
  GetThingShadowCommand,
  ListNamedShadowsForThingCommand,
  ListRetainedMessagesCommand,
  PublishCommand,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AcceptedMessage } from "../../../local-aws/iot-core/broker/broker.ts";
import { IDENTITY, REGION, refusal, startIotWorld, type IotWorld } from "./support/iot-world.ts";

const parse = (bytes: Uint8Array | undefined) => JSON.parse(Buffer.from(bytes ?? []).toString()) as Record<string, unknown>;
const payload = (value: unknown) => Buffer.from(JSON.stringify(value));

describe("data plane, through AWS's own client", () => {
  let world: IotWorld;
  const messages: AcceptedMessage[] = [];
  beforeAll(async () => {
    world = await startIotWorld();
    world.broker.onAccepted((message) => messages.push(message));
  });
  afterAll(() => world.close());

  const update = (thingName: string, state: unknown, more: Record<string, unknown> = {}) =>
    world.data.send(new UpdateThingShadowCommand({ thingName, payload: payload({ state, ...more }) }));
  const get = async (thingName: string, shadowName?: string) => {
    const answer = await world.data.send(new GetThingShadowCommand({ thingName, ...(shadowName === undefined ? {} : { shadowName }) }));
    return parse(answer.payload);
  };

  it("a shadow is updated, read with its delta, and deleted; its version counts on", async () => {
    const { payload: accepted } = await update("pump", { desired: { on: true } }, { clientToken: "t1" });
    expect(parse(accepted)).toMatchObject({ state: { desired: { on: true } }, version: 1, clientToken: "t1" });
    expect(await get("pump")).toMatchObject({ state: { desired: { on: true }, delta: { on: true } }, version: 1 });
    const deleted = await world.data.send(new DeleteThingShadowCommand({ thingName: "pump" }));
    expect(parse(deleted.payload)).toMatchObject({ version: 1 });
    expect(await refusal(get("pump"))).toEqual({
      name: "ResourceNotFoundException",
      status: 404,
      message: "No shadow exists with name: 'pump'",
    });
    expect(parse((await update("pump", { desired: { on: false } })).payload).version).toBe(3);
  });

  it("an update over HTTP is published as accepted, delta and documents; a refused one is not published", async () => {
    const topicsFrom = messages.length;
    await update("meter", { desired: { relay: true } });
    await refusal(update("meter", { desired: [] }));
    expect(messages.slice(topicsFrom).map(({ topic }) => topic)).toEqual([
      "$aws/things/meter/shadow/update/accepted",
      "$aws/things/meter/shadow/update/delta",
      "$aws/things/meter/shadow/update/documents",
    ]);
  });

  it("a stale version is refused with ConflictException 409", async () => {
    await update("chiller", { desired: { a: 1 } });
    await update("chiller", { desired: { a: 2 } });
    expect(await refusal(update("chiller", { desired: { a: 3 } }, { version: 1 }))).toEqual({
      name: "ConflictException",
      status: 409,
      message: "Version conflict",
    });
  });

  it.each([
    ["not json", "InvalidRequestException", 400],
    ['{"state":{"desired":{"a":"' + "x".repeat(8200) + '"}}}', "RequestEntityTooLargeException", 413],
    ["x".repeat(140_000), "RequestEntityTooLargeException", 413],
  ])("the update %.20j is refused with %s", async (body, name, status) => {
    const call = world.data.send(new UpdateThingShadowCommand({ thingName: "bad", payload: Buffer.from(body) }));
    expect(await refusal(call)).toMatchObject({ name, status });
  });

  it("named shadows are apart from the classic one and listed page by page", async () => {
    for (const shadowName of ["a", "b", "c"]) {
      await world.data.send(
        new UpdateThingShadowCommand({ thingName: "multi", shadowName, payload: payload({ state: { reported: { shadowName } } }) }),
      );
    }
    expect(await get("multi", "b")).toMatchObject({ state: { reported: { shadowName: "b" } } });
    expect((await refusal(get("multi"))).name).toBe("ResourceNotFoundException");
    expect((await refusal(get("multi", "z"))).message).toBe("No shadow exists with name: 'multi~z'");
    const first = await world.data.send(new ListNamedShadowsForThingCommand({ thingName: "multi", pageSize: 2 }));
    const second = await world.data.send(new ListNamedShadowsForThingCommand({ thingName: "multi", nextToken: first.nextToken }));
    expect([...(first.results ?? []), ...(second.results ?? [])]).toEqual(["a", "b", "c"]);
    expect((await world.data.send(new ListNamedShadowsForThingCommand({ thingName: "nobody" }))).results).toEqual([]);
  });

  it("more than 20 requests a second to one shadow are throttled", async () => {
    const outcomeOf = (call: Promise<unknown>) =>
      call.then(
        () => "ok",
        (error: unknown) => (error as Error).name,
      );
    const calls = Array.from({ length: 40 }, () => outcomeOf(update("busy", { reported: { n: 1 } })));
    const outcomes = await Promise.all(calls);
    expect(outcomes).toContain("ThrottlingException");
    expect(outcomes.filter((outcome) => outcome === "ok").length).toBeGreaterThanOrEqual(20);
  });

  it("publishing carries MQTT 5 properties, retains, and lists what is retained", async () => {
    await world.data.send(
      new PublishCommand({
        topic: "site/a b/ü",
        payload: Buffer.from("hello"),
        qos: 1,
        retain: true,
        contentType: "text/plain",
        userProperties: JSON.stringify([{ k: "v" }]),
      }),
    );
    expect(messages.at(-1)).toMatchObject({ topic: "site/a b/ü", qos: 1, contentType: "text/plain", userProperties: [["k", "v"]] });
    const retained = await world.data.send(new GetRetainedMessageCommand({ topic: "site/a b/ü" }));
    expect(Buffer.from(retained.payload ?? []).toString()).toBe("hello");
    const { retainedTopics } = await world.data.send(new ListRetainedMessagesCommand({}));
    expect(retainedTopics).toMatchObject([{ topic: "site/a b/ü", payloadSize: 5, qos: 1 }]);
    expect((await refusal(world.data.send(new GetRetainedMessageCommand({ topic: "none" })))).name).toBe("ResourceNotFoundException");
  });

  it.each(["a/+/b", "a/#", "$aws/events/presence/connected/x", "a/b/c/d/e/f/g/h/i", "x".repeat(257)])(
    "publishing to %.40s is refused",
    async (topic) => {
      const { status } = await refusal(world.data.send(new PublishCommand({ topic, payload: Buffer.from("x") })));
      expect([400, 403]).toContain(status);
    },
  );

  it("an unknown connection is ResourceNotFoundException", async () => {
    expect((await refusal(world.data.send(new GetConnectionCommand({ clientId: "nobody" })))).name).toBe("ResourceNotFoundException");
    expect((await refusal(world.data.send(new DeleteConnectionCommand({ clientId: "nobody" })))).name).toBe("ResourceNotFoundException");
  });

  it("a signed-in identity needs its role and an IoT policy, each on its own is not enough", async () => {
    const allow = (Action: string) => ({
      Version: "2012-10-17" as const,
      Statement: [{ Effect: "Allow" as const, Action, Resource: `arn:aws:iot:${REGION}:*:thing/pump*` }],
    });
    const client = world.dataClient(await world.cognitoKeys(allow("iot:GetThingShadow")));
    await update("pump-7", { desired: { on: true } });
    const read = () => client.send(new GetThingShadowCommand({ thingName: "pump-7" }));
    expect(await refusal(read())).toMatchObject({ name: "ForbiddenException", status: 403 });
    world.registry.policies.create("read-pumps", JSON.stringify(allow("iot:GetThingShadow")));
    world.registry.attachPolicy("read-pumps", IDENTITY);
    expect(parse((await read()).payload)).toMatchObject({ version: 1 });
    const write = client.send(new UpdateThingShadowCommand({ thingName: "pump-7", payload: payload({ state: {} }) }));
    expect(await refusal(write)).toMatchObject({ name: "ForbiddenException", status: 403 });
  });

  it("a signature that does not verify is ForbiddenException, and an unsigned request too", async () => {
    const client = world.dataClient({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" });
    const { name, status } = await refusal(client.send(new GetThingShadowCommand({ thingName: "pump" })));
    expect({ name, status }).toEqual({ name: "ForbiddenException", status: 403 });
    const response = await fetch(`${world.dataOrigin}/things/pump/shadow`);
    expect(response.status).toBe(403);
    expect(response.headers.get("x-amzn-errortype")).toBe("ForbiddenException");
  });
});
