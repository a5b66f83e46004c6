import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient, PublishCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { provisionThing } from "../../../../local-aws/device-simulator/provision-things.ts";
import { HISTORY_WINDOW } from "../../../../lib/history/history-window.ts";
import { appSettings, localAwsInfo } from "../../../../scripts/support/app-settings.ts";
import { freePort, startApp, tinySettings } from "../../../support/app.ts";
import { startLocalAws } from "../../../support/local-aws.ts";
import { startTinyAws } from "../../../support/tiny-aws.ts";
import { startTinyOidcProvider } from "../../../support/tiny-oidc-provider.ts";
import { createWebClient, type WebClient } from "../../../support/web-client.ts";

/** What of the stand-in's settings the server takes; people come from the tiny provider, which lets everybody in. */
const FROM_LOCAL_AWS = /^(AWS_|SESSIONS_TABLE|AUDIT_TABLE|WORKSPACE_TABLE|ALARMS_TABLE|HISTORY_TABLE)/;

/** The built server in front of a whole stand-in, so that rules, function, tables and policies are the template's. The caller must `close()` it. */
export async function createPastWorld() {
  const [localAws, oidc, tinyAws] = await Promise.all([startLocalAws(), startTinyOidcProvider(), startTinyAws()]);
  const info = localAwsInfo.parse(localAws.info);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const settings = Object.entries(appSettings(info, { appUrl: origin, sessionKeys: "" })).filter(([name]) => FROM_LOCAL_AWS.test(name));
  const overrides = { ...Object.fromEntries(settings), GUEST_SITE: "harbor" };
  const app = await startApp(port, await tinySettings(origin, { oidc, aws: tinyAws, overrides }));
  const root = { region: info.region, credentials: localAws.info.root };
  const iot = new IoTClient({ ...root, endpoint: info.endpoints.iot });
  const data = new IoTDataPlaneClient({ ...root, endpoint: info.endpoints.iotData });
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...root, endpoint: info.endpoints.dynamodb }));
  const keys = mkdtempSync(join(tmpdir(), "thingdeck-past-"));
  const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  return {
    localAws,
    origin,
    async register(thingName: string, thingType = "pump", intervalSeconds = 2) {
      const [site = ""] = thingName.split("-");
      await provisionThing(iot, { thingName, thingType, site, label: `The ${thingName}`, intervalSeconds }, keys);
    },
    /** Somebody signed in with these groups. */
    async signIn(groups: string[]): Promise<WebClient> {
      oidc.knobs.user = { sub: crypto.randomUUID(), groups };
      const browser = createWebClient(app.url, origin);
      await browser.signIn();
      return browser;
    },
    stranger: () => createWebClient(app.url, origin),
    publish: (thingName: string, payload: unknown, site = thingName.split("-")[0]) =>
      data.send(new PublishCommand({ topic: `dt/${site ?? ""}/${thingName}/telemetry`, payload: bytes(payload), qos: 1 })),
    report: (thingName: string, reported: unknown) =>
      data.send(new UpdateThingShadowCommand({ thingName, payload: bytes({ state: { reported } }) })),
    putHistory: (Item: Record<string, unknown>) => documents.send(new PutCommand({ TableName: "thingdeck-history", Item })),
    /** Moves the stand-in's clock to the beginning of a window in which messages are kept, or behind its end. */
    async moveClock(where: "into the window" | "out of the window") {
      const intoMs = Date.now() % HISTORY_WINDOW.periodMs;
      const wantedMs = where === "into the window" ? 500 : HISTORY_WINDOW.lengthMs + 1_000;
      await localAws.control("clock", { offsetMs: wantedMs - intoMs });
    },
    async close() {
      await Promise.allSettled([app.kill(), oidc.close(), tinyAws.close(), localAws.remove()]);
      rmSync(keys, { recursive: true, force: true });
    },
  };
}

export type PastWorld = Awaited<ReturnType<typeof createPastWorld>>;
