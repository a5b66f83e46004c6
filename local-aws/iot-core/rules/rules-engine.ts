import type { FunctionInvoker } from "../../functions/function-invoker.ts";
import type { Iam } from "../../iam/principal.ts";
import type { LocalAwsContext } from "../../platform/service.ts";
import type { AcceptedMessage, Broker } from "../broker/broker.ts";
import type { RegistryReader } from "../registry/registry.ts";
import type { ShadowStore } from "../shadow/shadow-store.ts";
import { compileAction, type ActionTargets, type CompiledAction, type RuleResult } from "./actions.ts";
import { createRoleKeys } from "./role-keys.ts";
import type { RuleDefinition } from "./rule-definition.ts";
import { createLookups } from "./rule-lookups.ts";
import { parseRuleQuery, type RuleQuery } from "./sql-parser.ts";
import type { SqlLookups, SqlScope } from "./sql-scope.ts";
import type { SqlValue } from "./sql-values.ts";
import { compileTopicFilter } from "./topic-filter.ts";

/** Rules that republish to each other are stopped after this many steps. */
const REPUBLISH_DEPTH_MAX = 10;
/** Rules that wait for their turn; beyond it messages are dropped for rules and said in the log. */
const WAITING_COUNT_MAX = 50_000;
const BASIC_INGEST = /^\$aws\/rules\/([^/]+)\/(.+)$/s;

export interface RulesEngineDependencies {
  readonly iam: Iam;
  readonly registry: RegistryReader;
  readonly broker: Broker;
  readonly shadows: ShadowStore;
  readonly functions: FunctionInvoker;
  readonly dynamodbEndpoint: string;
}

interface CompiledRule {
  readonly ruleName: string;
  readonly isTopicMatch: (topic: string) => boolean;
  readonly query: RuleQuery;
  readonly actions: readonly CompiledAction[];
  readonly errorAction: CompiledAction | undefined;
}

interface Job {
  readonly rule: CompiledRule;
  readonly message: AcceptedMessage;
  readonly topic: string;
  readonly depth: number;
}

/** Runs topic rules over the accepted messages, in order and after the message itself was delivered. */
export class RulesEngine {
  readonly #ctx: LocalAwsContext;
  readonly #targets: ActionTargets;
  readonly #lookups: SqlLookups;
  readonly #rules = new Map<string, CompiledRule>();
  readonly #running = new Set<Promise<void>>();
  readonly #stop: () => void;
  #jobs: Job[] = [];
  /** Steps of republishing behind the message that is being published now. */
  #depth = 0;

  constructor(ctx: LocalAwsContext, { iam, registry, broker, shadows, functions, dynamodbEndpoint }: RulesEngineDependencies) {
    this.#ctx = ctx;
    const scope = { region: ctx.region, accountId: ctx.accountId };
    const nowMs = () => ctx.clock.nowMs();
    const roles = createRoleKeys(iam, ctx.accountId, nowMs);
    this.#lookups = createLookups({ ...scope, registry, shadows, roles, nowMs });
    const publish: ActionTargets["publish"] = (message) => broker.publish(message, { caller: { kind: "service" } });
    this.#targets = { ...scope, roles, functions, dynamodbEndpoint, log: ctx.log, nowMs, publish };
    this.#stop = broker.onAccepted((message) => this.#accept(message));
  }

  /** Throws AwsError `SqlParseException` naming what it does not know; the rule of that name is then as it was. */
  set({ ruleName, payload }: RuleDefinition): void {
    const query = parseRuleQuery(payload.sql);
    const rule: CompiledRule = {
      ruleName,
      query,
      isTopicMatch: compileTopicFilter(query.topicFilter),
      actions: payload.actions.map((action) => compileAction(action, this.#targets)),
      errorAction: payload.errorAction === undefined ? undefined : compileAction(payload.errorAction, this.#targets),
    };
    if (payload.ruleDisabled === true) this.#rules.delete(ruleName);
    else this.#rules.set(ruleName, rule);
  }

  delete(ruleName: string): void {
    this.#rules.delete(ruleName);
  }

  /** Stops listening and waits for the actions under way. */
  async close(): Promise<void> {
    this.#stop();
    this.#drain();
    await Promise.all(this.#running);
  }

  #accept(message: AcceptedMessage): void {
    const depth = this.#depth;
    const [, only, ingested] = BASIC_INGEST.exec(message.topic) ?? [];
    const topic = ingested ?? message.topic;
    for (const rule of this.#rules.values()) {
      const isMatch = only === undefined ? rule.isTopicMatch(topic) : rule.ruleName === only;
      if (isMatch) this.#enqueue({ rule, message, topic, depth });
    }
  }

  #enqueue(job: Job): void {
    if (this.#jobs.length >= WAITING_COUNT_MAX) {
      this.#ctx.log.warn({ rule: job.rule.ruleName, topic: job.topic }, "too many messages wait for topic rules; one was dropped");
      return;
    }
    if (this.#jobs.length === 0) setImmediate(() => this.#drain());
    this.#jobs.push(job);
  }

  #drain(): void {
    const jobs = this.#jobs;
    this.#jobs = [];
    for (const job of jobs) {
      this.#depth = job.depth + 1;
      this.#start(job);
    }
    this.#depth = 0;
  }

  /** Everything up to the first wait happens here and now, so that republished messages keep their order. */
  #start(job: Job): void {
    const { rule, message, topic } = job;
    const scope: SqlScope = {
      get payload() {
        return readPayload(message);
      },
      message,
      topic,
      nowMs: this.#ctx.clock.nowMs(),
      accountId: this.#ctx.accountId,
      lookups: this.#lookups,
    };
    const result = this.#evaluate(rule, scope);
    if (result === undefined) return;
    const outcomes = rule.actions.map((action) => this.#attempt(action, { scope, result, depth: job.depth }));
    this.#track(this.#reportFailures(rule, scope, outcomes));
  }

  #evaluate(rule: CompiledRule, scope: SqlScope): RuleResult | undefined {
    try {
      if (!rule.query.isMatch(scope)) return undefined;
      const value = rule.query.select(scope);
      return { ruleName: rule.ruleName, value, bytes: toBytes(value, scope) };
    } catch (error) {
      const failure = { failedAction: "SqlEvaluation", failedResource: rule.ruleName, errorMessage: textOf(error) };
      this.#track(this.#fail(rule, scope, [failure]));
      return undefined;
    }
  }

  async #attempt(action: CompiledAction, run: { scope: SqlScope; result: RuleResult; depth: number }): Promise<Failure | undefined> {
    try {
      if (run.depth >= REPUBLISH_DEPTH_MAX) throw new Error(`Rules republish in a loop: stopped after ${REPUBLISH_DEPTH_MAX} steps`);
      await action.run(run.scope, run.result);
      return undefined;
    } catch (error) {
      return { failedAction: action.kind, failedResource: action.resource, errorMessage: textOf(error) };
    }
  }

  async #reportFailures(rule: CompiledRule, scope: SqlScope, outcomes: readonly Promise<Failure | undefined>[]): Promise<void> {
    const failures = (await Promise.all(outcomes)).flatMap((failure) => failure ?? []);
    if (failures.length > 0) await this.#fail(rule, scope, failures);
  }

  /** Hands the error action the document that AWS's page "Error handling (error action)" shows. */
  async #fail(rule: CompiledRule, scope: SqlScope, failures: readonly Failure[]): Promise<void> {
    const { ruleName, errorAction } = rule;
    this.#ctx.log.warn({ rule: ruleName, failures }, "a topic rule failed");
    if (errorAction === undefined) return;
    const value = {
      ruleName,
      topic: scope.topic,
      cloudwatchTraceId: scope.message.traceId,
      clientId: scope.message.clientId ?? "N/A",
      base64OriginalPayload: scope.message.payload.toString("base64"),
      failures: failures.map((failure) => ({ ...failure })),
    };
    try {
      await errorAction.run(scope, { ruleName, value, bytes: Buffer.from(JSON.stringify(value)) });
    } catch (error) {
      this.#ctx.log.error({ err: error, rule: ruleName }, "the error action of a topic rule failed");
    }
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }
}

interface Failure {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const parsedPayloads = new WeakMap<AcceptedMessage, { readonly value: SqlValue }>();

/** The payload as JSON, read when the first rule asks and once for all; Undefined when it is none. */
function readPayload(message: AcceptedMessage): SqlValue {
  const known = parsedPayloads.get(message);
  if (known !== undefined) return known.value;
  const value = parsePayload(message.payload);
  parsedPayloads.set(message, { value });
  return value;
}

function parsePayload(payload: Buffer): SqlValue {
  try {
    return JSON.parse(payload.toString("utf8")) as SqlValue;
  } catch {
    return undefined;
  }
}

/** A payload that is no JSON passes through `SELECT *` as it came. */
const toBytes = (value: SqlValue, { message }: SqlScope) => (value === undefined ? message.payload : Buffer.from(JSON.stringify(value)));
