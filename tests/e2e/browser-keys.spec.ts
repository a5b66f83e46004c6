import {
  GetThingShadowCommand,
  IoTDataPlaneClient,
  PublishCommand,
  UpdateThingShadowCommand,
  type IoTDataPlaneClientConfig,
} from "@aws-sdk/client-iot-data-plane";
import { IoTClient, ListThingsCommand } from "@aws-sdk/client-iot";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";
import type { World } from "./support/world.ts";

interface Handed {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
}

/** The keys the page itself is handed, taken as an attacker who runs script in it would. */
async function stealKeys(page: Page): Promise<Handed["credentials"]> {
  const handed = await page.evaluate(async () => {
    const headers = { "content-type": "application/json", "x-thingdeck": "1" };
    const response = await fetch("/api/credentials", { method: "POST", headers, body: "{}" });
    return (await response.json()) as unknown;
  });
  return (handed as Handed).credentials;
}

function dataPlane({ info }: World, credentials: NonNullable<IoTDataPlaneClientConfig["credentials"]>): IoTDataPlaneClient {
  return new IoTDataPlaneClient({ region: info.region, endpoint: info.endpoints.iotData, credentials, maxAttempts: 1 });
}

test("keys taken out of the browser cannot write a shadow or publish, not even an admin's", async ({ page, signIn, world }) => {
  await signIn("ada");
  const stolen = dataPlane(world, await stealKeys(page));
  const root = dataPlane(world, world.info.root as { accessKeyId: string; secretAccessKey: string });
  const shadow = { thingName: "harbor-pump-01" };
  const versionBefore = await shadowVersion(root, shadow.thingName);
  const payload = new TextEncoder().encode(JSON.stringify({ state: { desired: { power: false } } }));
  await expect(stolen.send(new UpdateThingShadowCommand({ ...shadow, payload }))).rejects.toMatchObject({ name: "ForbiddenException" });
  const named = new UpdateThingShadowCommand({ ...shadow, shadowName: "other", payload });
  await expect(stolen.send(named)).rejects.toMatchObject({ name: "ForbiddenException" });
  for (const topic of ["$aws/things/harbor-pump-01/shadow/update", "dt/harbor/harbor-pump-01/telemetry"]) {
    await expect(stolen.send(new PublishCommand({ topic, payload }))).rejects.toMatchObject({ name: "ForbiddenException" });
  }
  expect(await shadowVersion(root, shadow.thingName)).toBe(versionBefore);
});

test("keys taken out of the browser open no control plane", async ({ page, signIn, world }) => {
  await signIn("ada");
  const iot = new IoTClient({
    region: world.info.region,
    endpoint: world.info.endpoints.iot,
    credentials: await stealKeys(page),
    maxAttempts: 1,
  });
  await expect(iot.send(new ListThingsCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

async function shadowVersion(root: IoTDataPlaneClient, thingName: string): Promise<unknown> {
  const { payload } = await root.send(new GetThingShadowCommand({ thingName }));
  return (JSON.parse(new TextDecoder().decode(payload)) as { state: { desired?: unknown } }).state.desired;
}
