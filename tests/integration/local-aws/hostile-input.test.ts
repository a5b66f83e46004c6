import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { ListThingsCommand, IoTClient } from "@aws-sdk/client-iot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLocalAws, type RunningLocalAws } from "../../support/local-aws.ts";
import { signInAs } from "./support/sign-in.ts";

let aws: RunningLocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.remove());

interface Answer {
  readonly status: number;
  readonly errorType: string | null;
  readonly body: unknown;
}

async function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { method: "POST", body: body as BodyInit, headers });
  const text = await response.text();
  let parsed: unknown = text;
  try {
    parsed = JSON.parse(text) as unknown;
  } catch {
    // XML and empty answers stay text.
  }
  return { status: response.status, errorType: response.headers.get("x-amzn-errortype"), body: parsed };
}

const identity = (operation: string, input: unknown) =>
  post(aws.info.endpoints.cognitoIdentity, typeof input === "string" ? input : JSON.stringify(input), {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `AWSCognitoIdentityService.${operation}`,
  });

const rssMegabytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${aws.pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** One WebSocket handshake with a signature made of noise; answers the status line's code. */
function badHandshake(): Promise<string> {
  return new Promise((resolve) => {
    const { port } = new URL(aws.info.mqtt.wss);
    const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
    const credential = encodeURIComponent(
      `ASIA${randomBytes(8).toString("hex").toUpperCase()}/${date.slice(0, 8)}/eu-west-1/iotdevicegateway/aws4_request`,
    );
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=${date}&X-Amz-SignedHeaders=host&X-Amz-Signature=${randomBytes(32).toString("hex")}`;
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write(
        `GET /mqtt?${query} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`,
      );
    });
    let head = "";
    socket.on("data", (chunk: Buffer) => {
      head += chunk.toString("latin1");
    });
    socket.on("error", () => resolve("error"));
    socket.on("close", () => resolve(head.slice(9, 12)));
  });
}

describe("bad handshakes", () => {
  it("10,000 of them are each answered 403, while good clients are served and memory stays bounded", async () => {
    const iot = new IoTClient({ region: aws.info.region, endpoint: aws.info.endpoints.iot, credentials: aws.info.root });
    const answers = new Map<string, number>();
    let warmMegabytes = 0;
    for (let round = 0; round < 100; round += 1) {
      if (round === 30) warmMegabytes = rssMegabytes();
      const [codes] = await Promise.all([
        Promise.all(Array.from({ length: 100 }, badHandshake)),
        round % 20 === 0 ? iot.send(new ListThingsCommand({})) : undefined,
      ]);
      for (const code of codes) answers.set(code, (answers.get(code) ?? 0) + 1);
    }
    expect(Object.fromEntries(answers)).toEqual({ "403": 10_000 });
    // A socket's state that is kept, some 30 KB each over 7,000, would be far above the first; the second is the whole process.
    expect(rssMegabytes() - warmMegabytes).toBeLessThan(70);
    expect(rssMegabytes()).toBeLessThan(250);
  });
});

describe("identity pool: what must not give keys", () => {
  const GUESTS = "Unauthenticated access is not supported for this identity pool.";

  it("no login: guests are off", async () => {
    const answer = await identity("GetId", { IdentityPoolId: aws.info.identityPoolId });
    expect(answer).toEqual({
      status: 400,
      errorType: "NotAuthorizedException:",
      body: { __type: "NotAuthorizedException", message: GUESTS },
    });
  });

  it("a stolen identity id: with no login or another's, it opens nothing; the same login gets the same identity", async () => {
    const name = aws.info.userPool.issuer.replace("http://", "");
    const [otto, rita] = [await signInAs(aws.info, "otto"), await signInAs(aws.info, "rita")];
    const getId = async (idToken: string) =>
      (await identity("GetId", { IdentityPoolId: aws.info.identityPoolId, Logins: { [name]: idToken } })).body as { IdentityId: string };
    const { IdentityId } = await getId(otto.idToken);
    expect(await getId(otto.idToken)).toEqual({ IdentityId });
    expect((await getId(rita.idToken)).IdentityId).not.toBe(IdentityId);
    const messageOf = async (Logins?: Record<string, string>) =>
      ((await identity("GetCredentialsForIdentity", { IdentityId, Logins })).body as { message: string }).message;
    expect(await messageOf()).toBe(`Access to Identity '${IdentityId}' is forbidden.`);
    expect(await messageOf({ [name]: rita.idToken })).toBe(
      "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    );
    expect(await messageOf({ [name]: otto.accessToken })).toMatch(/^Invalid login token\./);
    expect(await messageOf({ [name]: `${otto.idToken.slice(0, -4)}AAAA` })).toMatch(/^Invalid login token\./);
    expect(await messageOf({ "accounts.google.com": otto.idToken })).toBe("Token is not from a supported provider of this identity pool.");
    const classic = await identity("GetOpenIdToken", { IdentityId, Logins: { [name]: otto.idToken } });
    expect(classic.body).toMatchObject({ message: "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow." });
  });

  it("the classic flow's second half is refused whatever the token", async () => {
    const { idToken } = await signInAs(aws.info, "ada");
    const RoleArn = aws.info.outputs.ControlRoleArn ?? "";
    const form = new URLSearchParams({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn,
      RoleSessionName: "x",
      WebIdentityToken: idToken,
    });
    const answer = await post(aws.info.endpoints.sts, form.toString(), { "content-type": "application/x-www-form-urlencoded" });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain("<Code>InvalidIdentityToken</Code>");
  });

  it.each([
    ["no JSON", "{", "SerializationException", 400],
    ["a list", "[]", "SerializationException", 400],
    ["no pool id", "{}", "InvalidParameterException", 400],
    ["a malformed pool id", '{"IdentityPoolId":"x"}', "InvalidParameterException", 400],
    ["an unknown pool", '{"IdentityPoolId":"eu-west-1:00000000-0000-0000-0000-000000000000"}', "ResourceNotFoundException", 400],
    ["2 MB", JSON.stringify({ IdentityPoolId: "x".repeat(2_000_000) }), "RequestEntityTooLargeException", 413],
  ])("GetId with %s", async (_, body, name, status) => {
    expect(await identity("GetId", body)).toMatchObject({ status, errorType: `${name}:` });
  });

  it("an operation that is not there, and one that needs a signature", async () => {
    expect(await identity("CreateEverything", {})).toMatchObject({ status: 400, errorType: "UnknownOperationException:" });
    expect(await identity("ListIdentityPools", { MaxResults: 10 })).toMatchObject({
      status: 400,
      errorType: "MissingAuthenticationTokenException:",
    });
  });
});

describe("bodies that are too large", () => {
  const MEGABYTE = Buffer.alloc(1024 * 1024, " ");
  const inChunks = () =>
    new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 20; sent += 1) controller.enqueue(MEGABYTE);
        controller.close();
      },
    });

  it("are answered 413, announced or in chunks, and the answer is read by who is still sending", async () => {
    const { cognitoIdentity, iot, iotData, dynamodb } = aws.info.endpoints;
    const target = { "x-amz-target": "DynamoDB_20120810.ListTables" };
    for (const url of [cognitoIdentity, iot, `${iotData}/things/x/shadow`, dynamodb, new URL(aws.info.userPool.issuer).origin]) {
      for (const body of [Buffer.concat(Array.from({ length: 20 }, () => MEGABYTE)), inChunks()]) {
        const response = await fetch(url, { method: "POST", body: body as BodyInit, headers: target, duplex: "half" } as RequestInit);
        expect([url, response.status]).toEqual([url, 413]);
        expect(await response.text()).toMatch(/RequestEntityTooLarge|Request size exceeded/);
      }
    }
  });

  it("bytes that are no UTF-8 are no JSON", async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = { "x-amz-target": "AWSCognitoIdentityService.GetId" };
    expect(await post(aws.info.endpoints.cognitoIdentity, body, headers)).toMatchObject({ errorType: "SerializationException:" });
  });
});

describe("signatures over HTTP", () => {
  it("a wrong secret and an unknown key get the same answer", async () => {
    const ask = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      new STSClient({ region: aws.info.region, endpoint: aws.info.endpoints.sts, credentials, maxAttempts: 1 }).send(
        new GetCallerIdentityCommand({}),
      );
    const wrong = await ask({ ...aws.info.root, secretAccessKey: "wrong" }).catch((error: unknown) => error);
    const unknown = await ask({ accessKeyId: "AKIAUNKNOWNUNKNOWN00", secretAccessKey: "wrong" }).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ name: "SignatureDoesNotMatch", $metadata: { httpStatusCode: 403 } });
    expect((unknown as Error).message).toBe((wrong as Error).message);
  });

  it("expired keys are told so, revoked ones are unknown", async () => {
    const name = aws.info.userPool.issuer.replace("http://", "");
    const { idToken } = await signInAs(aws.info, "gus");
    const Logins = { [name]: idToken };
    const { IdentityId } = (await identity("GetId", { IdentityPoolId: aws.info.identityPoolId, Logins })).body as { IdentityId: string };
    const { Credentials } = (await identity("GetCredentialsForIdentity", { IdentityId, Logins })).body as {
      Credentials: { AccessKeyId: string; SecretKey: string; SessionToken: string };
    };
    const credentials = {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretKey,
      sessionToken: Credentials.SessionToken,
    };
    const ask = () =>
      new STSClient({ region: aws.info.region, endpoint: aws.info.endpoints.sts, credentials, maxAttempts: 1 }).send(
        new GetCallerIdentityCommand({}),
      );
    expect((await ask()).Account).toBe(aws.info.accountId);
    await aws.control("expire-keys", { identityId: IdentityId });
    await expect(ask()).rejects.toThrow("The security token included in the request is expired");
    await aws.control("revoke-keys", {});
    await expect(ask()).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });
});

describe("the control endpoint", () => {
  /** fetch refuses to set Host and Origin; a hostile page's browser does not ask it. */
  const call = (headers: Record<string, string>, path = "/clock", method = "POST") =>
    new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(aws.info.control.url);
      const outgoing = httpRequest({ hostname, port, path, method, headers }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode ?? 0);
      });
      outgoing.once("error", reject);
      outgoing.end(method === "POST" ? '{"offsetMs":0}' : undefined);
    });
  const token = () => ({ "x-thingdeck-control": aws.info.control.token });

  it("serves local tools only", async () => {
    expect(await call(token())).toBe(200);
    expect(await call({})).toBe(403);
    expect(await call({ "x-thingdeck-control": "guess" })).toBe(403);
    expect(await call({ ...token(), origin: "http://127.0.0.1" })).toBe(403);
    expect(await call({ ...token(), "sec-fetch-site": "same-origin" })).toBe(403);
    expect(await call({ ...token(), host: "rebound.example.com" })).toBe(403);
    expect(await call(token(), "/no-such-verb")).toBe(404);
    expect(await call(token(), "/clock", "GET")).toBe(405);
  });

  it("throttles an API until it is lifted", async () => {
    await aws.control("throttle", { api: "cognito-identity:GetId", forMs: 60_000 });
    expect(await identity("GetId", {})).toMatchObject({ status: 400, errorType: "TooManyRequestsException:" });
    await aws.control("throttle", { api: "cognito-identity:GetId", off: true });
    expect(await identity("GetId", {})).toMatchObject({ errorType: "InvalidParameterException:" });
  });
});
