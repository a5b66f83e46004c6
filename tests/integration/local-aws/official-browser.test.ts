import { CognitoIdentityClient, type Credentials, GetCredentialsForIdentityCommand, GetIdCommand } from "@aws-sdk/client-cognito-identity";
import { AttachPolicyCommand, CreateThingCommand, CreateThingTypeCommand, IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient, PublishCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { chromium, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGS, findChromium } from "../../../scripts/support/chromium.ts";
import { startLocalAws, type RunningLocalAws } from "../../support/local-aws.ts";
import type { PageSettings } from "./support/official-page.ts";
import { servePage, serveTls } from "./support/official-site.ts";
import { signInAs } from "./support/sign-in.ts";

const THING = "harbor-browser-01";
const SHADOW = `$aws/things/${THING}/shadow`;
const GRANTED_QOS_1 = 1;
const NOT_AUTHORIZED = 0x87;

const executablePath = findChromium();
const step = (text: string) => console.log(`  official clients in Chromium: ${text}`);

// Skipped only in a run of single files without a browser: `npm test` installs one first, and counts what it skips.
describe.skipIf(executablePath === undefined)("AWS's device SDK in Chromium, with its own URL builder (needs a browser)", () => {
  let aws: RunningLocalAws;
  let endpoint: string;
  let page: Page;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    aws = await startLocalAws();
    closers.push(aws.remove);
    // What the SDK's builder leaves out (the port) and insists on (wss) is how AWS's endpoints are; the browser is told where this one lives.
    endpoint = `local-ats.iot.${aws.info.region}.amazonaws.com`;
    const tls = await serveTls(Number(new URL(aws.info.mqtt.wss).port), endpoint);
    const site = await servePage();
    closers.push(tls.close, site.close);
    const browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: [...CHROMIUM_ARGS, `--host-resolver-rules=MAP ${endpoint}:443 127.0.0.1:${tls.port}`, "--ignore-certificate-errors"],
    });
    closers.push(() => browser.close());
    page = await browser.newPage();
    await page.goto(site.url);
  });
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
  });

  async function swap(username: string): Promise<{ identityId: string; keys: PageSettings["keys"] }> {
    const { idToken } = await signInAs(aws.info, username);
    const client = new CognitoIdentityClient({ region: aws.info.region, endpoint: aws.info.endpoints.cognitoIdentity });
    const Logins = { [aws.info.userPool.issuer.replace("http://", "")]: idToken };
    const { IdentityId = "" } = await client.send(new GetIdCommand({ IdentityPoolId: aws.info.identityPoolId, Logins }));
    const answer = await client.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
    const { AccessKeyId = "", SecretKey = "", SessionToken = "" }: Credentials = answer.Credentials ?? {};
    return { identityId: IdentityId, keys: { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken } };
  }

  const iot = () => new IoTClient({ region: aws.info.region, endpoint: aws.info.endpoints.iot, credentials: aws.info.root });
  const data = () => new IoTDataPlaneClient({ region: aws.info.region, endpoint: aws.info.endpoints.iotData, credentials: aws.info.root });
  const settings = (clientId: string, keys: PageSettings["keys"]): PageSettings => ({ endpoint, region: aws.info.region, clientId, keys });
  const next = async (topic: string): Promise<unknown> => {
    const found = await page.waitForFunction((wanted) => {
      const at = globalThis.official.messages.findIndex((message) => message.topic === wanted);
      return at < 0 ? undefined : globalThis.official.messages.splice(at, 1)[0]?.payload;
    }, topic);
    return JSON.parse((await found.jsonValue()) ?? "null") as unknown;
  };

  it("an operator's keys of the identity pool connect, subscribe and receive over MQTT 5; another site and any publish are refused", async () => {
    const { identityId, keys } = await swap("otto");
    const early = settings(`${identityId}-early`, keys);
    expect(await page.evaluate((given) => globalThis.official.connect5(given), early)).not.toBe("connected");
    step("an identity without an IoT policy is refused");
    await iot().send(new AttachPolicyCommand({ policyName: "thingdeck-site-harbor", target: identityId }));
    const tab = settings(`${identityId}-tab`, keys);
    expect(await page.evaluate((given) => globalThis.official.connect5(given), tab)).toBe("connected");
    expect(await page.evaluate(() => globalThis.official.subscribe5("dt/harbor/+/telemetry"))).toEqual([GRANTED_QOS_1]);
    expect(await page.evaluate(() => globalThis.official.subscribe5("dt/ridge/+/telemetry"))).toEqual([NOT_AUTHORIZED]);
    expect(await page.evaluate(() => globalThis.official.publish5("dt/harbor/x/telemetry", "{}"))).toContain("Not authorized");
    await data().send(new PublishCommand({ topic: `dt/harbor/${THING}/telemetry`, qos: 1, payload: Buffer.from('{"flow":12.5}') }));
    expect(await next(`dt/harbor/${THING}/telemetry`)).toEqual({ flow: 12.5 });
    step("mqtt5 over wss on port 443, signed by the SDK: connected, subscribed, received; the rest answered 0x87");
  });

  it("a shadow is read, written and its delta received over MQTT 5", async () => {
    await iot().send(new CreateThingTypeCommand({ thingTypeName: "pump" }));
    await iot().send(
      new CreateThingCommand({ thingName: THING, thingTypeName: "pump", attributePayload: { attributes: { site: "harbor" } } }),
    );
    expect(await page.evaluate((given) => globalThis.official.connect5(given), settings("shadow-page", aws.info.root))).toBe("connected");
    for (const answer of ["get/rejected", "get/accepted", "update/accepted", "update/delta"]) {
      const granted = await page.evaluate((filter) => globalThis.official.subscribe5(filter), `${SHADOW}/${answer}`);
      expect(granted).toEqual([GRANTED_QOS_1]);
    }
    await page.evaluate((topic) => globalThis.official.publish5(topic, ""), `${SHADOW}/get`);
    expect(await next(`${SHADOW}/get/rejected`)).toMatchObject({ code: 404 });
    const update = JSON.stringify({ state: { reported: { power: false } }, clientToken: "page-1" });
    await page.evaluate(([topic = "", payload = ""]) => globalThis.official.publish5(topic, payload), [`${SHADOW}/update`, update]);
    expect(await next(`${SHADOW}/update/accepted`)).toMatchObject({ version: 1, clientToken: "page-1" });
    const desired = Buffer.from(JSON.stringify({ state: { desired: { power: true } } }));
    await data().send(new UpdateThingShadowCommand({ thingName: THING, payload: desired }));
    expect(await next(`${SHADOW}/update/delta`)).toMatchObject({ version: 2, state: { power: true } });
    await page.evaluate((topic) => globalThis.official.publish5(topic, ""), `${SHADOW}/get`);
    expect(await next(`${SHADOW}/get/accepted`)).toMatchObject({ version: 2, state: { delta: { power: true } } });
    step("mqtt5: shadow get, update and delta");
  });

  it("the same keys connect, subscribe and receive over MQTT 3.1.1", async () => {
    const { identityId, keys } = await swap("rita");
    await iot().send(new AttachPolicyCommand({ policyName: "thingdeck-site-ridge", target: identityId }));
    await page.evaluate((given) => globalThis.official.connect311(given), settings(`${identityId}-tab-311`, keys));
    expect(await page.evaluate(() => globalThis.official.subscribe311("dt/ridge/+/telemetry"))).toBe(GRANTED_QOS_1);
    await data().send(new PublishCommand({ topic: "dt/ridge/ridge-browser-01/telemetry", qos: 1, payload: Buffer.from('{"load":61}') }));
    expect(await next("dt/ridge/ridge-browser-01/telemetry")).toEqual({ load: 61 });
    step("mqtt (3.1.1) over wss on port 443: connected, subscribed, received");
  });
});
