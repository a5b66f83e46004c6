import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  NotAuthorizedException,
} from "@aws-sdk/client-cognito-identity";
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  CreateThingTypeCommand,
  IoTClient,
} from "@aws-sdk/client-iot";
import {
  DeleteThingShadowCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mqtt, mqtt5 } from "aws-iot-device-sdk-v2";
import { JwtVerifier } from "aws-jwt-verify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLocalAws, type RunningLocalAws } from "../../support/local-aws.ts";
import {
  collect,
  connectDashboard311,
  connectDashboard5,
  connectDevice,
  connectDevice311,
  stop,
  type TemporaryKeys,
} from "./support/device-sdk.ts";
import { signInAs } from "./support/sign-in.ts";

const THING = "harbor-official-01";
const THING_311 = "ridge-official-02";
const SHADOW = `$aws/things/${THING}/shadow`;

let aws: RunningLocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.remove());

const step = (text: string) => console.log(`  official clients: ${text}`);
const json = (payload: Uint8Array | undefined) => JSON.parse(Buffer.from(payload ?? []).toString("utf8")) as Record<string, unknown>;

async function swap(username: string, customRoleArn?: string): Promise<{ identityId: string; keys: TemporaryKeys }> {
  const { idToken } = await signInAs(aws.info, username);
  const client = new CognitoIdentityClient({ region: aws.info.region, endpoint: aws.info.endpoints.cognitoIdentity });
  const Logins = { [aws.info.userPool.issuer.replace("http://", "")]: idToken };
  const { IdentityId = "" } = await client.send(new GetIdCommand({ IdentityPoolId: aws.info.identityPoolId, Logins }));
  const { Credentials } = await client.send(
    new GetCredentialsForIdentityCommand({ IdentityId, Logins, ...(customRoleArn !== undefined && { CustomRoleArn: customRoleArn }) }),
  );
  const { AccessKeyId: accessKeyId = "", SecretKey: secretAccessKey = "", SessionToken: sessionToken = "" } = Credentials ?? {};
  return { identityId: IdentityId, keys: { accessKeyId, secretAccessKey, sessionToken } };
}

const iotClient = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
  new IoTClient({ region: aws.info.region, endpoint: aws.info.endpoints.iot, credentials });
const dataClient = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  new IoTDataPlaneClient({ region: aws.info.region, endpoint: aws.info.endpoints.iotData, credentials });

async function registerThing(name: string, site: string): Promise<{ name: string; certificate: string; privateKey: string }> {
  const iot = iotClient(aws.info.root);
  await iot.send(new CreateThingTypeCommand({ thingTypeName: "pump" }));
  await iot.send(new CreateThingCommand({ thingName: name, thingTypeName: "pump", attributePayload: { attributes: { site } } }));
  const { certificateArn, certificatePem = "", keyPair } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  await iot.send(new AttachPolicyCommand({ policyName: "thingdeck-device", target: certificateArn }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: name, principal: certificateArn }));
  return { name, certificate: certificatePem, privateKey: keyPair?.PrivateKey ?? "" };
}

describe("AWS's official clients, unchanged, from sign-in to shadow", () => {
  it("the ID token passes aws-jwt-verify; the access token is signed by another key", async () => {
    const { idToken, accessToken } = await signInAs(aws.info, "otto");
    const { issuer, clientId } = aws.info.userPool;
    const verifier = JwtVerifier.create({ issuer, audience: clientId, jwksUri: `${issuer}/.well-known/jwks.json` });
    const jwks = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as Parameters<typeof verifier.cacheJwks>[0];
    verifier.cacheJwks(jwks);
    const claims = await verifier.verify(idToken);
    expect(claims).toMatchObject({ token_use: "id", "cognito:groups": ["operators", "site-harbor"], iss: issuer });
    const kidOf = (token: string) =>
      (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString("utf8")) as { kid: string }).kid;
    expect(kidOf(idToken)).not.toBe(kidOf(accessToken));
    step("signed in with openid-client (code + PKCE + state + nonce); ID token verified with aws-jwt-verify");
  });

  it("a login is swapped for an hour's keys of the viewer role, and the control role is refused to an operator", async () => {
    const { identityId, keys } = await swap("otto");
    const sts = new STSClient({ region: aws.info.region, endpoint: aws.info.endpoints.sts, credentials: keys });
    const caller = await sts.send(new GetCallerIdentityCommand({}));
    const role = aws.info.outputs.ViewerRoleArn?.split("/").at(-1) ?? "";
    expect(caller.Arn).toBe(`arn:aws:sts::${aws.info.accountId}:assumed-role/${role}/CognitoIdentityCredentials`);
    expect((await swap("otto")).identityId).toBe(identityId);
    await expect(swap("otto", aws.info.outputs.ControlRoleArn)).rejects.toThrow(NotAuthorizedException);
    step(`swapped the ID token for keys of ${caller.Arn ?? ""}`);
  });

  it("dashboard and device: connect, subscribe, receive, shadow get, update, delta and delete; what is not allowed is refused", async () => {
    const thing = await registerThing(THING, "harbor");
    const { identityId, keys } = await swap("otto");
    await expect(connectDashboard5(aws.info, keys, `${identityId}-early`)).rejects.toThrow("refused");
    step("an identity without an IoT policy is refused");
    await iotClient(aws.info.server).send(new AttachPolicyCommand({ policyName: "thingdeck-site-harbor", target: identityId }));

    const dashboard = await connectDashboard5(aws.info, keys, `${identityId}-tab-1`);
    const seen = collect(dashboard);
    const site = ["dt/harbor/+/telemetry", "st/harbor/+/shadow", "st/harbor/+/presence"];
    const granted = await dashboard.subscribe({
      subscriptions: site.map((topicFilter) => ({ topicFilter, qos: mqtt5.QoS.AtLeastOnce })),
    });
    expect(granted.reasonCodes).toEqual(site.map(() => mqtt5.SubackReasonCode.GrantedQoS1));
    const refused = await dashboard.subscribe({ subscriptions: [{ topicFilter: "dt/ridge/+/telemetry", qos: mqtt5.QoS.AtLeastOnce }] });
    expect(refused.reasonCodes).toEqual([mqtt5.SubackReasonCode.NotAuthorized]);
    const spoofed = await dashboard.publish({ topicName: `dt/harbor/${THING}/telemetry`, payload: "{}", qos: mqtt5.QoS.AtLeastOnce });
    expect(spoofed).toMatchObject({ reasonCode: mqtt5.PubackReasonCode.NotAuthorized });
    step("mqtt5 dashboard connected over SigV4 WebSocket; another site and any publish answered 0x87");

    const device = await connectDevice(aws.info, thing);
    const heard = collect(device);
    expect(await seen.next(`st/harbor/${THING}/presence`)).toMatchObject({ thing: THING, connected: true });
    const answers = ["update/delta", "update/accepted", "get/accepted", "get/rejected"].map((answer) => `${SHADOW}/${answer}`);
    await device.subscribe({ subscriptions: answers.map((topicFilter) => ({ topicFilter, qos: mqtt5.QoS.AtLeastOnce })) });
    const telemetry = { flow: 12.5, power: 3.2, seq: 1 };
    await device.publish({ topicName: `dt/harbor/${THING}/telemetry`, payload: JSON.stringify(telemetry), qos: mqtt5.QoS.AtLeastOnce });
    expect(await seen.next(`dt/harbor/${THING}/telemetry`)).toEqual(telemetry);
    step("mqtt5 device connected over mutual TLS; its telemetry reached the dashboard");

    await device.publish({ topicName: `${SHADOW}/get`, payload: "", qos: mqtt5.QoS.AtLeastOnce });
    expect(await heard.next(`${SHADOW}/get/rejected`)).toMatchObject({ code: 404 });
    const admin = dataClient((await swap("ada", aws.info.outputs.ControlRoleArn)).keys);
    await expect(admin.send(new GetThingShadowCommand({ thingName: THING }))).rejects.toMatchObject({ name: "ForbiddenException" });
    const { identityId: adminId } = await swap("ada");
    await iotClient(aws.info.server).send(new AttachPolicyCommand({ policyName: "thingdeck-control", target: adminId }));
    const payload = JSON.stringify({ state: { desired: { power: true } }, clientToken: "official-1" });
    const accepted = await admin.send(new UpdateThingShadowCommand({ thingName: THING, payload: Buffer.from(payload) }));
    expect(json(accepted.payload)).toMatchObject({ version: 1, clientToken: "official-1" });
    expect(await heard.next(`${SHADOW}/update/delta`)).toMatchObject({ version: 1, state: { power: true } });
    expect(await seen.next(`st/harbor/${THING}/shadow`)).toMatchObject({ thing: THING, version: 1, desired: { power: true } });
    step("an admin's keys of the control role wrote the desired state; the device got its delta, the dashboard the republished shadow");

    await device.publish({
      topicName: `${SHADOW}/update`,
      payload: JSON.stringify({ state: { reported: { power: true } } }),
      qos: mqtt5.QoS.AtLeastOnce,
    });
    await heard.next(`${SHADOW}/update/accepted`);
    expect(await heard.next(`${SHADOW}/update/accepted`)).toMatchObject({ version: 2 });
    expect(await seen.next(`st/harbor/${THING}/shadow`)).toMatchObject({ version: 2, reported: { power: true } });
    const shadow = json((await admin.send(new GetThingShadowCommand({ thingName: THING }))).payload);
    expect(shadow).toMatchObject({ version: 2, state: { desired: { power: true }, reported: { power: true } } });
    await expect(
      dataClient(keys).send(new UpdateThingShadowCommand({ thingName: THING, payload: Buffer.from(payload) })),
    ).rejects.toMatchObject({
      name: "ForbiddenException",
    });
    const deleted = await dataClient(aws.info.root).send(new DeleteThingShadowCommand({ thingName: THING }));
    expect(json(deleted.payload)).toMatchObject({ version: 2 });
    step("the device reported; the shadow was read, refused to the operator's keys, and deleted");
    await stop(device);
    expect(await seen.next(`st/harbor/${THING}/presence`)).toMatchObject({ thing: THING, connected: false });
    step("presence of the device reached the dashboard, connected and gone");
    await stop(dashboard);
  });

  it("a device of the SDK's MQTT 3.1.1 client gets, updates and is told the delta of its shadow", async () => {
    const thing = await registerThing(THING_311, "ridge");
    const device = await connectDevice311(aws.info, thing);
    const heard = collect(device);
    const shadow = `$aws/things/${THING_311}/shadow`;
    for (const answer of ["get/rejected", "get/accepted", "update/accepted", "update/delta"]) {
      await device.subscribe(`${shadow}/${answer}`, mqtt.QoS.AtLeastOnce);
    }
    await device.publish(`${shadow}/get`, "", mqtt.QoS.AtLeastOnce);
    expect(await heard.next(`${shadow}/get/rejected`)).toMatchObject({ code: 404 });
    await device.publish(`${shadow}/update`, JSON.stringify({ state: { reported: { power: false } } }), mqtt.QoS.AtLeastOnce);
    expect(await heard.next(`${shadow}/update/accepted`)).toMatchObject({ version: 1, state: { reported: { power: false } } });
    const payload = Buffer.from(JSON.stringify({ state: { desired: { power: true } } }));
    await dataClient(aws.info.root).send(new UpdateThingShadowCommand({ thingName: THING_311, payload }));
    expect(await heard.next(`${shadow}/update/delta`)).toMatchObject({ version: 2, state: { power: true } });
    await device.publish(`${shadow}/get`, "", mqtt.QoS.AtLeastOnce);
    expect(await heard.next(`${shadow}/get/accepted`)).toMatchObject({ version: 2, state: { delta: { power: true } } });
    await device.disconnect();
    step("mqtt (3.1.1) device over mutual TLS: shadow get, update and delta");
  });

  it("the MQTT 3.1.1 client of the same SDK receives, and is cut off when it publishes", async () => {
    const { identityId, keys } = await swap("rita");
    await iotClient(aws.info.server).send(new AttachPolicyCommand({ policyName: "thingdeck-site-ridge", target: identityId }));
    const connection = await connectDashboard311(aws.info, keys, `${identityId}-tab-311`);
    const received = new Promise<string>((resolve, reject) => {
      connection
        .subscribe("dt/ridge/+/telemetry", mqtt.QoS.AtLeastOnce, (topic) => resolve(topic))
        .then(() => dataPublish("dt/ridge/ridge-official-01/telemetry"))
        .catch(reject);
    });
    expect(await received).toBe("dt/ridge/ridge-official-01/telemetry");
    const interrupted = new Promise((resolve) => connection.once("interrupt", resolve));
    connection.publish("dt/ridge/ridge-official-01/telemetry", "{}", mqtt.QoS.AtMostOnce).catch(() => undefined);
    await interrupted;
    await connection.disconnect();
    step("mqtt (3.1.1) dashboard received; its publish cost it the connection");
  });
});

async function dataPublish(topic: string): Promise<void> {
  const { PublishCommand } = await import("@aws-sdk/client-iot-data-plane");
  await dataClient(aws.info.root).send(new PublishCommand({ topic, qos: 1, payload: Buffer.from("{}") }));
}
