import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, type World } from "./support/user-pool-world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe("a malformed call", () => {
  const post = (target: string, body: string) =>
    fetch(world.issuerOrigin, {
      method: "POST",
      body,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSCognitoIdentityProviderService.${target}` },
    });

  it.each([
    ["InitiateAuth", "{", "SerializationException"],
    ["InitiateAuth", "[]", "SerializationException"],
    ["InitiateAuth", `{"ClientId":7}`, "InvalidParameterException"],
    ["InitiateAuth", `{"ClientId":"unknown","AuthFlow":"USER_PASSWORD_AUTH"}`, "ResourceNotFoundException"],
    ["GetUser", `{"AccessToken":"a.b.c"}`, "NotAuthorizedException"],
    ["Nothing", "{}", "UnknownOperationException"],
    ["__proto__", "{}", "UnknownOperationException"],
  ])("%s %s is answered with %s, HTTP 400, in header and body", async (target, body, name) => {
    const response = await post(target, body);
    expect(response.status).toBe(400);
    expect(response.headers.get("x-amzn-errortype")).toBe(`${name}:`);
    expect(await response.json()).toMatchObject({ __type: name });
  });

  it("of 300 kB is refused, and the host goes on", async () => {
    expect((await post("InitiateAuth", `{"x":"${"y".repeat(300_000)}"}`)).status).toBe(413);
    expect((await post("GetUser", "{}")).status).toBe(400);
  });
});
