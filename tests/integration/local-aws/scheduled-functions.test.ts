import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFunctionFaults } from "../../../local-aws/control/function-faults.ts";
import { createFunctions, type Functions } from "../../../local-aws/functions/create-functions.ts";
import { createIam } from "../../../local-aws/iam/create-iam.ts";
import { createLocalContext } from "./support/local-context.ts";

const DIGEST = "ab".repeat(32);
const BUNDLE = `import { appendFileSync } from "node:fs";
export const handler = (event) => appendFileSync(process.env.RUNS, event["detail-type"] + "\\n");`;

let context: ReturnType<typeof createLocalContext>;
let functions: Functions;
const faults = createFunctionFaults();

beforeEach(async () => {
  context = createLocalContext();
  const iam = createIam(context);
  const assets = join(context.dataDirectory, `asset.${DIGEST}`);
  mkdirSync(assets);
  writeFileSync(join(assets, "index.mjs"), BUNDLE);
  writeFileSync(join(context.dataDirectory, "runs"), "");
  const lambda = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
  const role = await iam.resourceHandlers?.["AWS::IAM::Role"]?.apply({
    logicalId: "Role",
    physicalId: undefined,
    properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [lambda] } },
  });
  functions = createFunctions(context, {
    iam,
    environment: () => ({}),
    assetsDirectory: () => context.dataDirectory,
    beforeRun: (name) => faults.suffer(name),
  });
  const made = await functions.resourceHandlers?.["AWS::Lambda::Function"]?.apply({
    logicalId: "Tick",
    physicalId: undefined,
    properties: {
      FunctionName: "tick",
      Code: { S3Bucket: "assets", S3Key: `${DIGEST}.zip` },
      Handler: "index.handler",
      Role: role?.attributes.Arn,
      Runtime: "nodejs24.x",
      Environment: { Variables: { RUNS: join(context.dataDirectory, "runs") } },
    },
  });
  await functions.resourceHandlers?.["AWS::Events::Rule"]?.apply({
    logicalId: "Rule",
    physicalId: undefined,
    properties: { Name: "tick", ScheduleExpression: "rate(1 minute)", Targets: [{ Id: "tick", Arn: made?.attributes.Arn }] },
  });
});

afterEach(async () => {
  await functions.close?.();
  context.remove();
});

it("a schedule runs its function in the stand-in's time, fails when the verb says so, and runs again when it is normal", async () => {
  const runs = () => readFileSync(join(context.dataDirectory, "runs"), "utf8").split("\n").filter(Boolean);
  const failed = vi.spyOn(context.log, "error");
  faults.controlVerbs?.function?.({ name: "tick", behavior: "fail" });
  context.clock.setOffsetMs(60_000);
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce(), 4000);
  expect(runs()).toEqual([]);
  faults.controlVerbs?.function?.({ name: "tick", behavior: "normal" });
  context.clock.setOffsetMs(120_000);
  await vi.waitFor(() => expect(runs()).toEqual(["Scheduled Event"]), 4000);
});
