import { X509Certificate, createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRegistry, type Registry } from "../../../../../local-aws/iot-core/registry/create-registry.ts";
import { createTestContext } from "../support/context.ts";

const ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}]}';
const IDENTITY = "eu-west-1:11111111-2222-3333-4444-555555555555";

describe("registry", () => {
  let world: ReturnType<typeof createTestContext>;
  let registry: Registry;
  beforeEach(async () => {
    world = createTestContext();
    registry = await createRegistry(world.ctx);
  });
  afterEach(() => world.close());

  it("a certificate verifies against the device CA, its id is the DER's SHA-256, and its private key is kept nowhere", async () => {
    const { certificate, privateKeyPem } = await registry.certificates.createWithKeys(true);
    const x509 = new X509Certificate(certificate.pem);
    expect(x509.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(certificate.certificateId);
    expect(x509.verify(new X509Certificate(registry.deviceCaPem).publicKey)).toBe(true);
    expect(x509.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
    const stored = JSON.stringify(world.ctx.store.table("iot-certificates").entries());
    expect(stored).not.toContain("PRIVATE KEY");
  });

  it("everything written is there after a restart", async () => {
    registry.thingTypes.create("pump", {});
    registry.things.create("harbor-pump-01", { thingTypeName: "pump", attributes: { site: "harbor" } });
    registry.thingGroups.create("harbor", { properties: {} });
    registry.addThingToGroup("harbor", "harbor-pump-01");
    registry.policies.create("allow", ALLOW);
    const { certificate } = await registry.certificates.createWithKeys(true);
    registry.attachThingPrincipal("harbor-pump-01", certificate.certificateArn);
    registry.attachPolicy("allow", certificate.certificateArn);
    const { deviceCaPem } = registry;

    world = world.reopen();
    registry = await createRegistry(world.ctx);
    expect(registry.deviceCaPem).toBe(deviceCaPem);
    expect(registry.thing("harbor-pump-01")).toMatchObject({ attributes: { site: "harbor" }, thingTypeName: "pump" });
    expect(registry.thingsOf(certificate.certificateArn).map(({ thingName }) => thingName)).toEqual(["harbor-pump-01"]);
    expect(registry.policiesOf(certificate.certificateArn)).toHaveLength(1);
    expect(registry.thingGroups.groupsOf("harbor-pump-01").map(({ groupName }) => groupName)).toEqual(["harbor"]);
  });

  it("a principal inherits the policies of its things' groups and of the groups above them", () => {
    registry.things.create("t", {});
    registry.thingGroups.create("all", { properties: {} });
    const below = registry.thingGroups.create("below", { parentGroupName: "all", properties: {} });
    registry.policies.create("allow", ALLOW);
    registry.attachPolicy("allow", below.groupArn.replace("below", "all"));
    registry.addThingToGroup("below", "t");
    registry.attachThingPrincipal("t", IDENTITY);
    expect(registry.policiesOf(IDENTITY).map(({ policyName }) => policyName)).toEqual(["allow"]);
  });

  it("the generation moves with every change that may alter a decision", () => {
    const before = registry.policyGeneration;
    registry.policies.create("allow", ALLOW);
    registry.attachPolicy("allow", IDENTITY);
    expect(registry.policyGeneration).toBe(before + 2);
    registry.attachPolicy("allow", IDENTITY);
    expect(registry.policyGeneration).toBe(before + 2);
  });

  it("an eleventh policy on one target is refused with LimitExceededException 410", () => {
    for (let index = 0; index < 11; index += 1) registry.policies.create(`p${index}`, ALLOW);
    for (let index = 0; index < 10; index += 1) registry.attachPolicy(`p${index}`, IDENTITY);
    expect(() => registry.attachPolicy("p10", IDENTITY)).toThrow(expect.objectContaining({ code: "LimitExceededException", status: 410 }));
  });

  it("a sixth version is refused, and so is deleting the default one", () => {
    registry.policies.create("p", ALLOW);
    for (let index = 0; index < 4; index += 1) registry.policies.createVersion("p", ALLOW, false);
    expect(() => registry.policies.createVersion("p", ALLOW, true)).toThrow(
      expect.objectContaining({ code: "VersionsLimitExceededException", status: 409 }),
    );
    expect(() => registry.policies.deleteVersion("p", "1")).toThrow("Cannot delete the default version of a policy");
  });

  it.each([
    ["", "empty"],
    ["{", "valid JSON"],
    ["[]", "JSON object"],
    ['{"Statement":[]}', "Version"],
    ['{"Version":"2012-10-17","Statement":[]}', "Statement is empty"],
    ['{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"iot:*","Resource":"*"}]}', "Effect"],
    ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot","Resource":"*"}]}', "Action"],
    ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*"}]}', "Resource"],
    ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"topic/x"}]}', "Resource"],
    ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*","Principal":"*"}]}', "Principal"],
    ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*","Condition":{"Like":{"a":"b"}}}]}', "Like"],
    [ALLOW.replace('"*"', `"arn:aws:iot:eu-west-1:123456789012:topic/${"x".repeat(2048)}"`), "2048"],
  ])("the document %j is refused with MalformedPolicyException naming the fault", (text, fault) => {
    expect(() => registry.policies.create("p", text)).toThrow(expect.objectContaining({ code: "MalformedPolicyException", status: 400 }));
    expect(() => registry.policies.create("p", text)).toThrow(fault);
  });

  it("whitespace does not count against the size of a document", () => {
    expect(registry.policies.create("p", ALLOW + " ".repeat(3000)).defaultVersionId).toBe("1");
  });

  it.each(["a b", "a/b", "", "x".repeat(129), "ä"])("the thing name %j is refused", (name) => {
    expect(() => registry.things.create(name, {})).toThrow(expect.objectContaining({ code: "InvalidRequestException", status: 400 }));
  });

  it("a fourth attribute needs a thing type, and a value with a blank is refused", () => {
    const attributes = { a: "1", b: "2", c: "3", d: "4" };
    expect(() => registry.things.create("t", { attributes })).toThrow("more than 3 attributes");
    expect(() => registry.things.create("t", { attributes: { label: "Harbor pump" } })).toThrow("Map value must satisfy");
    registry.thingTypes.create("pump", {});
    expect(registry.things.create("t", { attributes, thingTypeName: "pump" }).version).toBe(1);
  });

  it("creating the same thing twice is no error; another configuration is", () => {
    registry.things.create("t", { attributes: { site: "harbor" } });
    expect(registry.things.create("t", { attributes: { site: "harbor" } }).version).toBe(1);
    expect(() => registry.things.create("t", { attributes: { site: "ridge" } })).toThrow(
      expect.objectContaining({ code: "ResourceAlreadyExistsException", status: 409 }),
    );
  });

  it("a policy from the template gets a new default version when its document changes, never a sixth", async () => {
    const handler = registry.resourceHandlers?.["AWS::IoT::Policy"];
    for (let index = 0; index < 7; index += 1) {
      const PolicyDocument = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "iot:Connect", Resource: `arn:aws:iot:r:a:client/${index}` }],
      };
      await handler?.apply({ logicalId: "P", properties: { PolicyName: "p", PolicyDocument }, physicalId: undefined });
    }
    const policy = registry.policies.require("p");
    expect(policy.versions).toHaveLength(5);
    expect(JSON.stringify(registry.policies.document(policy))).toContain("client/6");
  });
});
