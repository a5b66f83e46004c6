import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Iam } from "../iam/principal.ts";
import { AwsError } from "../platform/aws-error.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import type { ResourceHandler } from "../provisioning/resource-handler.ts";
import { makeCustomResource } from "./custom-resource.ts";
import type { FunctionInvoker } from "./function-invoker.ts";
import { createSandboxPool, type SandboxPool } from "./sandbox-pool.ts";
import { parseRateMs } from "./schedule.ts";

const KEY_LIFETIME_MS = 3_600_000;
/** A schedule fires this soon after the start, so that what a crash left behind is cleared up at once. */
const FIRST_FIRE_MS = 5_000;
/** The stand-in's time may be moved, so a schedule looks whether it is due instead of sleeping until then. */
const LOOK_EVERY_MS = 1_000;

export interface FunctionsOptions {
  readonly iam: Iam;
  /** `AWS_ENDPOINT_URL_*` of the stand-in, for the SDK clients inside the functions. */
  environment(): Readonly<Record<string, string>>;
  /** Folder of the cloud assembly, where CDK put the bundles. */
  assetsDirectory(): string;
  /** Called with the function's name before each run; a rejection is the function's failure. */
  beforeRun(functionName: string): Promise<void>;
}

export type Functions = FunctionInvoker & Service;

/** AWS Lambda, as far as the template uses it: its own bundles in worker threads, with their roles' keys. The caller must `close()` it. */
export function createFunctions(context: LocalAwsContext, options: FunctionsOptions): Functions {
  const pools = new Map<string, SandboxPool>();
  const timers = new Map<string, NodeJS.Timeout>();
  const arnOf = (name: string) => `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`;

  const invoke = async (functionArn: string, event: unknown) => {
    const pool = pools.get(functionArn);
    if (pool === undefined) throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, 404);
    await options.beforeRun(functionArn.slice(functionArn.lastIndexOf(":") + 1));
    return pool.invoke(event);
  };

  const schedule = (ruleArn: string, everyMs: number, targets: readonly string[]) => {
    const fire = () => {
      for (const target of targets) {
        void invoke(target, scheduledEvent(context, ruleArn)).catch((error: unknown) =>
          context.log.error({ function: target, error: (error as Error).message }, "scheduled function failed"),
        );
      }
    };
    let dueMs = context.clock.nowMs() + Math.min(FIRST_FIRE_MS, everyMs);
    const look = () => {
      const nowMs = context.clock.nowMs();
      // A clock that was put back leaves no schedule waiting for the time it came from.
      if (nowMs < dueMs && dueMs - nowMs <= everyMs) return;
      dueMs = nowMs + everyMs;
      fire();
    };
    clearInterval(timers.get(ruleArn));
    timers.set(ruleArn, setInterval(look, LOOK_EVERY_MS));
  };

  return {
    invoke,
    resourceHandlers: {
      "AWS::Lambda::Function": functionHandler(context, options, { pools, arnOf }),
      "AWS::Lambda::Permission": permissionHandler,
      "AWS::Logs::LogGroup": logGroupHandler(context),
      "AWS::Events::Rule": eventRuleHandler(context, schedule),
      "Custom::FleetIndexing": customResourceHandler("Custom::FleetIndexing", { invoke }),
    },
    close: async () => {
      for (const timer of timers.values()) clearInterval(timer);
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function scheduledEvent({ clock, region, accountId }: LocalAwsContext, ruleArn: string) {
  const time = new Date(clock.nowMs()).toISOString();
  return {
    version: "0",
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time,
    region,
    resources: [ruleArn],
    detail: {},
  };
}

const functionProperties = z.strictObject({
  FunctionName: z.string(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string().regex(/^[0-9a-f]{64}\.zip$/) }),
  Handler: z.string().regex(/^[\w-]+\.\w+$/),
  Role: z.string(),
  Runtime: z.string().regex(/^nodejs(22|24)\.x$/),
  Timeout: z.number().int().min(1).max(900).default(3),
  MemorySize: z.number().int().min(128).max(10_240).default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).optional(),
  // Known to be without effect locally.
  Architectures: z.array(z.enum(["arm64", "x86_64"])).optional(),
  Description: z.string().optional(),
  LoggingConfig: z.strictObject({ LogGroup: z.string() }).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

function functionHandler(
  context: LocalAwsContext,
  { iam, environment, assetsDirectory }: FunctionsOptions,
  { pools, arnOf }: { pools: Map<string, SandboxPool>; arnOf: (name: string) => string },
): ResourceHandler {
  return {
    schema: functionProperties,
    apply: async ({ properties, logicalId }) => {
      const wanted = functionProperties.parse(properties);
      const [file = "index", exportName = "handler"] = wanted.Handler.split(".");
      const functionArn = arnOf(wanted.FunctionName);
      await pools.get(functionArn)?.close();
      const pool = createSandboxPool({
        functionName: wanted.FunctionName,
        functionArn,
        modulePath: bundleFile(join(assetsDirectory(), `asset.${wanted.Code.S3Key.replace(/\.zip$/, "")}`), file, logicalId),
        exportName,
        timeoutMs: wanted.Timeout * 1000,
        memoryMegabytes: wanted.MemorySize,
        environment: () => {
          const assumed = { roleArn: wanted.Role, sessionName: wanted.FunctionName, durationMs: KEY_LIFETIME_MS };
          const keys = iam.assumeRole({ ...assumed, by: { service: "lambda.amazonaws.com" } });
          const variables = {
            ...environment(),
            ...wanted.Environment?.Variables,
            AWS_REGION: context.region,
            AWS_LAMBDA_FUNCTION_NAME: wanted.FunctionName,
            AWS_ACCESS_KEY_ID: keys.accessKeyId,
            AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
            AWS_SESSION_TOKEN: keys.sessionToken,
          };
          return { variables, expiresAtMs: keys.expiresAtMs };
        },
        nowMs: () => context.clock.nowMs(),
        log: context.log,
      });
      pools.set(functionArn, pool);
      return { physicalId: wanted.FunctionName, attributes: { Arn: functionArn } };
    },
  };
}

function bundleFile(directory: string, file: string, logicalId: string): string {
  const found = ["mjs", "js", "cjs"].map((extension) => join(directory, `${file}.${extension}`)).find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`${logicalId}: its bundle ${directory}/${file}.mjs is not there; run the synthesis again (--fresh)`);
  return found;
}

/** Read and accepted: locally only the template's own rules and schedules can call a function at all. */
const permissionHandler: ResourceHandler = {
  schema: z.strictObject({
    Action: z.literal("lambda:InvokeFunction"),
    FunctionName: z.string(),
    Principal: z.enum(["iot.amazonaws.com", "events.amazonaws.com"]),
    SourceArn: z.string().optional(),
    SourceAccount: z.string().optional(),
  }),
  apply: ({ logicalId }) => ({ physicalId: logicalId, attributes: { Id: logicalId } }),
};

const logGroupProperties = z.strictObject({
  LogGroupName: z.string(),
  // Known to be without effect locally: everything goes to stderr.
  RetentionInDays: z.number().optional(),
});

function logGroupHandler({ region, accountId }: LocalAwsContext): ResourceHandler {
  return {
    schema: logGroupProperties,
    apply: ({ properties }) => {
      const { LogGroupName: name } = logGroupProperties.parse(properties);
      return { physicalId: name, attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` } };
    },
  };
}

const eventRuleProperties = z.strictObject({
  Name: z.string(),
  ScheduleExpression: z.string(),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Targets: z.array(z.strictObject({ Arn: z.string(), Id: z.string() })),
  Description: z.string().optional(),
});

function eventRuleHandler(
  { region, accountId }: LocalAwsContext,
  schedule: (ruleArn: string, everyMs: number, targets: readonly string[]) => void,
): ResourceHandler {
  return {
    schema: eventRuleProperties,
    apply: ({ properties }) => {
      const { Name: name, ScheduleExpression: expression, State: state, Targets: targets } = eventRuleProperties.parse(properties);
      const ruleArn = `arn:aws:events:${region}:${accountId}:rule/${name}`;
      const everyMs = parseRateMs(expression);
      if (state === "ENABLED")
        schedule(
          ruleArn,
          everyMs,
          targets.map(({ Arn }) => Arn),
        );
      return { physicalId: name, attributes: { Arn: ruleArn } };
    },
  };
}

function customResourceHandler(resourceType: string, functions: FunctionInvoker): ResourceHandler {
  return {
    schema: z.looseObject({ ServiceToken: z.string() }),
    apply: async ({ logicalId, properties, physicalId }) => {
      const answer = await makeCustomResource(functions, { resourceType, logicalId, physicalId, properties });
      return { physicalId: answer.PhysicalResourceId, attributes: answer.Data ?? {} };
    },
  };
}
