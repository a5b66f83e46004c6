import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AcceptedMessage, Broker, IotMessage } from "../../../../../local-aws/iot-core/broker/broker.ts";
import { serveShadowsOverMqtt } from "../../../../../local-aws/iot-core/shadow/shadow-over-mqtt.ts";
import { ShadowService } from "../../../../../local-aws/iot-core/shadow/shadow-service.ts";
import { createTestContext } from "../support/context.ts";

const CLASSIC = "$aws/things/pump/shadow";

describe("shadows over MQTT", () => {
  let world: ReturnType<typeof createTestContext>;
  let accept: (message: AcceptedMessage) => void;
  let answers: { topic: string; body: Record<string, unknown> }[];
  let stored: (() => unknown)[];

  beforeEach(() => {
    world = createTestContext();
    answers = [];
    stored = [];
    const row = () => world.ctx.store.table("iot-shadows").get("pump/");
    const broker: Pick<Broker, "onAccepted" | "publish"> = {
      onAccepted: (listener) => {
        accept = listener;
        return () => undefined;
      },
      publish: ({ topic, payload }: IotMessage) => {
        answers.push({ topic, body: JSON.parse(payload.toString()) as Record<string, unknown> });
        stored.push(row);
      },
    };
    serveShadowsOverMqtt(world.ctx, broker as Broker, new ShadowService(world.ctx));
  });
  afterEach(() => world.close());

  const send = (topic: string, payload: unknown, more: Partial<AcceptedMessage> = {}) =>
    accept({
      topic,
      payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
      qos: 1,
      isRetained: false,
      caller: { kind: "service" },
      clientId: "c",
      receivedAtMs: 0,
      traceId: "t",
      ...more,
    });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it("an update is on disk when accepted is published, with delta and documents", async () => {
    send(`${CLASSIC}/update`, { state: { desired: { on: true } }, clientToken: "t1" });
    expect(answers).toEqual([]);
    await turn();
    expect(answers.map(({ topic }) => topic)).toEqual(["accepted", "delta", "documents"].map((leaf) => `${CLASSIC}/update/${leaf}`));
    expect(stored[0]?.()).toMatchObject({ shadow: { version: 1 } });
    expect(answers[0]?.body).toMatchObject({ clientToken: "t1", version: 1 });
  });

  it("a refusal carries code, message and token, and no timestamp", async () => {
    send(`${CLASSIC}/get`, { clientToken: "t" });
    send(`${CLASSIC}/name/extra/get`, "");
    send(`${CLASSIC}/update`, { state: 1, clientToken: "u" });
    await turn();
    expect(answers).toEqual([
      { topic: `${CLASSIC}/get/rejected`, body: { code: 404, message: "No shadow exists with name: 'pump'", clientToken: "t" } },
      { topic: `${CLASSIC}/name/extra/get/rejected`, body: { code: 404, message: "No shadow exists with name: 'pump~extra'" } },
      { topic: `${CLASSIC}/update/rejected`, body: { code: 400, message: "State node must be an object", clientToken: "u" } },
    ]);
  });

  it("an eleventh unanswered request of one connection is refused with 429; another connection is not", async () => {
    for (let index = 0; index < 11; index += 1) send(`${CLASSIC}/update`, { state: {}, clientToken: String(index) });
    send(`${CLASSIC}/get`, "", { clientId: "other" });
    await turn();
    const refused = answers.filter(({ topic }) => topic.endsWith("rejected"));
    expect(refused.map(({ body }) => [body.code, body.clientToken])).toEqual([[429, "10"]]);
    expect(answers.at(-1)?.topic).toBe(`${CLASSIC}/get/accepted`);
  });

  it("last wills and other topics are not shadow requests", async () => {
    send(`${CLASSIC}/update`, { state: {} }, { isWill: true });
    send(`${CLASSIC}/update/accepted`, { state: {} });
    send("$aws/things/a b/shadow/update", { state: {} });
    await turn();
    expect(answers).toEqual([]);
  });
});
