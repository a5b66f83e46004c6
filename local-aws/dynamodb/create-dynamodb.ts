import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import type { Iam } from "../iam/principal.ts";
import { AwsError } from "../platform/aws-error.ts";
import { parseJson } from "../platform/http.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import type { Table } from "../platform/store.ts";
import { policyRequests } from "./authorization.ts";
import { tableNamesOf } from "./call-input.ts";
import { startEngine, type Engine, type EngineAnswer } from "./engine.ts";
import { createTables, type TimeToLive } from "./tables.ts";
import { sweepExpiredItems } from "./time-to-live.ts";
import { json, readBody, send } from "./wire.ts";

const TARGET = /^DynamoDB_20120810\.([A-Za-z]+)$/;

/** Every call of DynamoDB that the engine has not; a caller is told, rather than answered wrongly. */
const NOT_EMULATED = /^(Transact|ExecuteStatement|ExecuteTransaction|BatchExecute)/;

const outageInput = z.strictObject({ forMs: z.number().int().min(0).max(3_600_000) });
const indexLagInput = z.strictObject({ lagMs: z.number().int().min(0).max(60_000) });

export interface Dynamodb extends Service {
  handler(request: IncomingMessage, response: ServerResponse): void;
}

/** DynamoDB: dynalite's tables behind a gateway that verifies signatures and IAM policies. The caller must `close()` it. */
export async function createDynamodb(context: LocalAwsContext, { iam }: { iam: Iam }): Promise<Dynamodb> {
  const engine = await startEngine(join(context.dataDirectory, "dynamodb"));
  const timeToLive = context.store.table<TimeToLive>("dynamodb-time-to-live");
  const tableArn = (name: string) => `arn:aws:dynamodb:${context.region}:${context.accountId}:table/${name}`;
  const tables = createTables(engine, timeToLive, tableArn);
  const stopSweeping = sweepExpiredItems(engine, { tables: timeToLive, clock: context.clock, log: context.log });
  let downUntilMs = 0;

  const answer = async (request: IncomingMessage, body: Buffer): Promise<EngineAnswer> => {
    const target = String(request.headers["x-amz-target"] ?? "");
    const operation = TARGET.exec(target)?.[1];
    if (operation === undefined) throw new AwsError("UnknownOperationException", "");
    const principal = iam.authenticate(request, body, ["dynamodb"]);
    context.throwIfThrottled(`dynamodb:${operation}`);
    if (NOT_EMULATED.test(operation)) {
      throw new AwsError(
        "UnknownOperationException",
        `${operation} is not emulated by the local AWS (its engine has no transactions and no PartiQL).`,
      );
    }
    const input = parseInput(body);
    await tables.learnUnknown(tableNamesOf(input));
    for (const policyRequest of policyRequests(operation, input, tableArn, tables.hashKeyOf)) iam.authorize(principal, policyRequest);
    if (operation === "DescribeTimeToLive" || operation === "UpdateTimeToLive") {
      if (tables.hashKeyOf(tableNameOf(input)) === undefined)
        throw new AwsError("ResourceNotFoundException", "Requested resource not found");
      return answerTimeToLive(timeToLive, operation, input);
    }
    const answered = await engine.forward(target, body);
    if (operation === "DeleteTable" || operation === "UpdateTable") tables.forget(tableNameOf(input));
    return answered;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (context.clock.nowMs() < downUntilMs) {
      request.socket.destroy();
      return;
    }
    try {
      send(response, await answer(request, await readBody(request)));
    } catch (error) {
      send(response, errorAnswer(context, error));
    }
  };

  return {
    handler: (request, response) => void handle(request, response),
    resourceHandlers: { "AWS::DynamoDB::Table": tables.handler },
    controlVerbs: {
      /** Every connection is cut for so long, as if DynamoDB could not be reached. */
      "dynamodb-outage": (input) => {
        downUntilMs = context.clock.nowMs() + outageInput.parse(input).forMs;
        return { downUntilMs };
      },
      /** Global indexes are so far behind their tables from now on. */
      "index-lag": (input) => setIndexLag(engine, input),
    },
    close: async () => {
      await stopSweeping();
      await engine.close();
    },
  };
}

function setIndexLag(engine: Engine, input: unknown) {
  const { lagMs } = indexLagInput.parse(input);
  engine.setIndexLagMs(lagMs);
  return { lagMs };
}

/** The two calls about TTL that dynalite does not answer truly. */
function answerTimeToLive(
  timeToLive: Table<TimeToLive>,
  operation: "DescribeTimeToLive" | "UpdateTimeToLive",
  input: unknown,
): EngineAnswer {
  const table = tableNameOf(input);
  if (operation === "UpdateTimeToLive") return json({ TimeToLiveSpecification: updateTimeToLive(timeToLive, table, input) });
  const known = timeToLive.get(table);
  const description =
    known === undefined ? { TimeToLiveStatus: "DISABLED" } : { TimeToLiveStatus: "ENABLED", AttributeName: known.attributeName };
  return json({ TimeToLiveDescription: description });
}

const timeToLiveInput = z.looseObject({
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().min(1).max(255), Enabled: z.boolean() }),
});

function updateTimeToLive(table: Table<TimeToLive>, name: string, input: unknown) {
  const parsed = timeToLiveInput.safeParse(input);
  if (!parsed.success) throw new AwsError("ValidationException", "TimeToLiveSpecification needs AttributeName and Enabled");
  const { TimeToLiveSpecification: wanted } = parsed.data;
  if (wanted.Enabled) table.put(name, { attributeName: wanted.AttributeName });
  else table.delete(name);
  return wanted;
}

function tableNameOf(input: unknown): string {
  const name = (input as { TableName?: unknown } | null)?.TableName;
  return typeof name === "string" ? name : "";
}

function parseInput(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw new AwsError("SerializationException", "", 400, { cause: error });
  }
}

/** DynamoDB writes `Message` with AccessDenied and `message` elsewhere; clients read both (AWS.md G). */
function errorAnswer(context: LocalAwsContext, error: unknown): EngineAnswer {
  if (error instanceof AwsError) {
    const member = error.code.startsWith("AccessDenied") ? "Message" : "message";
    const namespace = /^(Validation|ResourceNotFound)/.test(error.code) ? "com.amazonaws.dynamodb.v20120810" : "com.amazon.coral.service";
    return json({ __type: `${namespace}#${error.code}`, [member]: error.message }, error.status === 403 ? 400 : error.status);
  }
  const digest = createHash("sha256").update(String(error)).digest("hex").slice(0, 8);
  context.log.error({ error, digest }, "dynamodb: internal error");
  return json(
    {
      __type: "com.amazonaws.dynamodb.v20120810#InternalServerError",
      message: "The request processing has failed because of an unknown error, exception or failure.",
    },
    500,
  );
}
