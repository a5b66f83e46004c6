import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateThingCommand, IoTClient, SearchIndexCommand } from "@aws-sdk/client-iot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getThing, searchThings } from "../../../lib/fleet/things.server.ts";
import { thingsQuerySchema } from "../../../lib/fleet/things-query.ts";
import { createControlWorld, eventually, type ControlWorld } from "../control/support/control-world.ts";
import { forward } from "../control/support/data-plane-proxy.ts";

const COUNT = 130;
const QUERY = thingsQuerySchema.parse({ limit: "20" });
const VIEWER = { sub: "ada", sites: [{ id: "ridge" }] };

let world: ControlWorld;
let gate: Awaited<ReturnType<typeof startGate>>;

/** AWS IoT with an index that answers its first page and keeps the others until it is opened. */
async function startGate(target: string) {
  const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = Buffer.concat(await incoming.toArray());
      if (body.includes('"nextToken"')) await opened;
      const answer = await forward(incoming, body, target);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(answer.body);
    })().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open: () => open(undefined), close };
}

beforeAll(async () => {
  world = await createControlWorld();
  const { region, root, endpoints } = world.info;
  const iot = new IoTClient({ region, credentials: root, endpoint: endpoints.iot });
  const names = Array.from({ length: COUNT }, (_, at) => `ridge-meter-${String(at).padStart(3, "0")}`);
  for (const thingName of names) await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { site: "ridge" } } }));
  await eventually(
    () => iot.send(new SearchIndexCommand({ queryString: `thingName:${names.at(-1)}` })),
    ({ things = [] }) => things.length > 0,
  );
  gate = await startGate(endpoints.iot);
  process.env.AWS_ENDPOINT_URL_IOT = gate.origin;
});
afterAll(async () => {
  gate.open();
  await gate.close();
  await world.close();
});

describe("a large site that the server reads for the first time", () => {
  test("is shown as far as it is read, and said to be; then it is whole", async () => {
    const part = await searchThings(VIEWER, QUERY);
    expect(part).toMatchObject({ totalCount: 100, isWhole: false, nextCursor: null, siteLoads: [] });
    expect(part.things).toHaveLength(20);
    expect(await getThing(VIEWER, `ridge-meter-${COUNT - 1}`)).toMatchObject({ site: "ridge" });
    gate.open();
    const whole = await eventually(
      () => searchThings(VIEWER, QUERY),
      ({ isWhole }) => isWhole,
    );
    expect(whole.totalCount).toBeGreaterThanOrEqual(COUNT);
    expect(whole.nextCursor).not.toBeNull();
    expect(whole.siteLoads).toMatchObject([{ site: "ridge", thingCount: whole.totalCount }]);
  });
});
