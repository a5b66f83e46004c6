import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createLog } from "../../../../local-aws/platform/log.ts";
import { openStore, type Store } from "../../../../local-aws/platform/store.ts";
import { provision } from "../../../../local-aws/provisioning/provision.ts";
import type { ResourceHandler } from "../../../../local-aws/provisioning/resource-handler.ts";

let directory: string;
let store: Store;
let applied: { logicalId: string; properties: unknown; physicalId: string | undefined }[];
let removed: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "provision-"));
  store = openStore(directory);
  applied = [];
  removed = [];
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

const box: ResourceHandler = {
  schema: z.strictObject({
    Name: z.string().optional(),
    Parts: z.array(z.unknown()).optional(),
    Inner: z.strictObject({ A: z.string().optional() }).optional(),
  }),
  apply: ({ logicalId, properties, physicalId }) => {
    applied.push({ logicalId, properties, physicalId });
    return { physicalId: physicalId ?? `${logicalId}-${applied.length}`, attributes: { Arn: `arn:${logicalId}` } };
  },
  remove: ({ logicalId }) => {
    removed.push(logicalId);
  },
};
const { schema, apply } = box;
const handlers = { "T::Box": box, "T::Data": { schema, apply } satisfies ResourceHandler };

const run = (template: unknown) =>
  provision({
    template,
    stackName: "Thingdeck",
    region: "eu-west-1",
    accountId: "123456789012",
    handlers,
    store,
    log: createLog("silent"),
  });
const one = (Properties: unknown, more: object = {}) => ({ Resources: { Box: { Type: "T::Box", Properties } }, ...more });
const propertiesOf = async (Properties: unknown, more: object = {}) => {
  await run(one(Properties, more));
  return applied.at(-1)?.properties;
};

describe("order and identity", () => {
  it("a resource comes after those it refers to, whichever way it does", async () => {
    await run({
      Resources: {
        A: { Type: "T::Box", Properties: { Name: { "Fn::Sub": "x-${B.Arn}" } } },
        B: { Type: "T::Box", Properties: { Name: { Ref: "C" } } },
        C: { Type: "T::Box", DependsOn: "D" },
        D: { Type: "T::Box" },
      },
    });
    expect(applied.map(({ logicalId }) => logicalId)).toEqual(["D", "C", "B", "A"]);
    expect(applied.at(-1)?.properties).toEqual({ Name: "x-arn:B" });
  });

  it("a circle is named", async () => {
    const template = { Resources: { A: { Type: "T::Box", DependsOn: "B" }, B: { Type: "T::Box", DependsOn: "A" } } };
    await expect(run(template)).rejects.toThrow("A -> B -> A");
  });

  it("physical ids stay the same over restarts", async () => {
    await run(one({}));
    const first = applied[0];
    expect(first?.physicalId).toBeUndefined();
    await run(one({ Name: "changed" }));
    expect(applied[1]?.physicalId).toBe("Box-1");
  });

  it("what left the template is removed, what holds data is kept and comes back as it was", async () => {
    await run({ Resources: { Box: { Type: "T::Box" }, Data: { Type: "T::Data" } } });
    await run({ Resources: {} });
    expect(removed).toEqual(["Box"]);
    await run({ Resources: { Data: { Type: "T::Data" } } });
    expect(applied.at(-1)).toMatchObject({ logicalId: "Data", physicalId: "Data-2" });
  });
});

describe("intrinsic functions", () => {
  it.each([
    [{ Ref: "AWS::Region" }, "eu-west-1"],
    [{ "Fn::Join": ["-", ["a", { Ref: "AWS::AccountId" }]] }, "a-123456789012"],
    [{ "Fn::Sub": "${AWS::Partition}/${!Literal}" }, "aws/${Literal}"],
    [{ "Fn::Sub": ["${x}!", { x: { Ref: "AWS::Region" } }] }, "eu-west-1!"],
    [{ "Fn::Select": ["1", { "Fn::Split": [",", "a,b"] }] }, "b"],
    [{ "Fn::If": ["IsOn", "yes", "no"] }, "yes"],
    [{ "Fn::If": ["IsOff", "yes", "no"] }, "no"],
    [{ "Fn::FindInMap": ["M", "a", "b"] }, "c"],
    [{ Ref: "P" }, "default"],
  ])("%j is %s", async (value, expected) => {
    const more = {
      Parameters: { P: { Type: "String", Default: "default" } },
      Mappings: { M: { a: { b: "c" } } },
      Conditions: { IsOn: { "Fn::Equals": [{ Ref: "P" }, "default"] }, IsOff: { "Fn::Not": [{ Condition: "IsOn" }] } },
    };
    expect(await propertiesOf({ Name: value }, more)).toEqual({ Name: expected });
  });

  it("AWS::NoValue leaves its property out", async () => {
    expect(await propertiesOf({ Name: { Ref: "AWS::NoValue" }, Parts: ["a", { Ref: "AWS::NoValue" }] })).toEqual({ Parts: ["a"] });
  });

  it("a resource under a false condition is not made", async () => {
    await run({
      Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
      Resources: { Box: { Type: "T::Box", Condition: "Never" } },
    });
    expect(applied).toEqual([]);
  });
});

describe("what is not understood stops the start and names itself", () => {
  it.each([
    ["a type", { Resources: { X: { Type: "AWS::New::Thing" } } }, "X (AWS::New::Thing)"],
    ["a property", one({ Color: "red" }), /Box \(T::Box\).*"Color"/],
    ["a nested property", one({ Inner: { B: "x" } }), /Box \(T::Box\).*Inner.*"B"/],
    ["a function", one({ Name: { "Fn::Transform": {} } }), /Box.*Fn::Transform/],
    ["an import", one({ Name: { "Fn::ImportValue": "x" } }), /Box.*Fn::ImportValue/],
    [
      "an attribute",
      { Resources: { A: { Type: "T::Box" }, B: { Type: "T::Box", Properties: { Name: { "Fn::GetAtt": ["A", "Url"] } } } } },
      "A.Url",
    ],
    ["a reference", one({ Name: { Ref: "Nobody" } }), "Nobody"],
    ["a section", { Resources: {}, Transform: "AWS::Serverless" }, "Transform"],
    ["a resource attribute", { Resources: { X: { Type: "T::Box", CreationPolicy: {} } } }, "CreationPolicy"],
    ["a parameter without a value", one({ Name: { Ref: "P" } }, { Parameters: { P: { Type: "String" } } }), "Parameter P has no default"],
  ])("%s", async (_, template, message) => {
    await expect(run(template)).rejects.toThrow(message);
  });
});

describe("outputs", () => {
  it("are resolved once all is made", async () => {
    const { outputs } = await run({
      ...one({}),
      Outputs: { Arn: { Value: { "Fn::GetAtt": ["Box", "Arn"] } }, Region: { Value: { Ref: "AWS::Region" } } },
    });
    expect(outputs).toEqual({ Arn: "arn:Box", Region: "eu-west-1" });
  });
});
