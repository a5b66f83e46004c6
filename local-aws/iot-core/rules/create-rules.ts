import type { FunctionInvoker } from "../../functions/function-invoker.ts";
import type { Iam } from "../../iam/principal.ts";
import type { LocalAwsContext, Service } from "../../platform/service.ts";
import type { ResourceHandler } from "../../provisioning/resource-handler.ts";
import type { AcceptedMessage, Broker } from "../broker/broker.ts";
import type { RegistryReader } from "../registry/registry.ts";
import { createAction, type ActionWorld, type RuleAction } from "./rule-actions.ts";
import { ruleProperties } from "./rule-definition.ts";
import { createRuleRoles, type RuleRoles } from "./rule-roles.ts";
import { runStatement, type SqlMessage } from "./sql-evaluate.ts";
import type { SqlValue, SqlWorld } from "./sql-functions.ts";
import { parseStatement, type Statement } from "./sql-parser.ts";
import { matchesRuleFilter } from "./topic-filter.ts";

export interface RulesOptions {
  readonly iam: Iam;
  readonly registry: RegistryReader;
  readonly broker: Broker;
  readonly functions: FunctionInvoker;
  readonly dynamodbEndpoint: string;
}

interface Rule {
  readonly name: string;
  readonly statement: Statement;
  readonly actions: readonly RuleAction[];
  readonly errorAction: RuleAction | undefined;
}

/** A rule that republishes to what triggers it would run for ever; on AWS it would too, and cost money. */
const REPUBLISH_DEPTH_MAX = 5;

/** The rules engine: each accepted message through the statements of the template's rules. The caller must `close()` it. */
export function createRules(context: LocalAwsContext, options: RulesOptions): Service {
  const rules = new Map<string, Rule>();
  const roles = createRuleRoles(context, options.iam);
  const world: ActionWorld = {
    context,
    roles,
    broker: options.broker,
    functions: options.functions,
    dynamodbEndpoint: options.dynamodbEndpoint,
  };
  let depth = 0;

  const stop = options.broker.onAccepted((message) => {
    for (const rule of rules.values()) {
      if (!matchesRuleFilter(rule.statement.topicFilter, message.topic)) continue;
      if (depth >= REPUBLISH_DEPTH_MAX) {
        context.log.warn({ rule: rule.name, topic: message.topic }, "rules republish in a circle; stopped");
        return;
      }
      depth += 1;
      runRule(rule, message, sqlMessage(message, { context, options, roles }), context);
      depth -= 1;
    }
  });

  return {
    resourceHandlers: { "AWS::IoT::TopicRule": ruleHandler(context, rules, world) },
    close: () => {
      stop();
      return Promise.resolve();
    },
  };
}

function ruleHandler({ region, accountId }: LocalAwsContext, rules: Map<string, Rule>, world: ActionWorld): ResourceHandler {
  return {
    schema: ruleProperties,
    apply: ({ properties }) => {
      const { RuleName: name, TopicRulePayload: payload } = ruleProperties.parse(properties);
      const rule: Rule = {
        name,
        statement: parseStatement(payload.Sql),
        actions: payload.Actions.map((action) => createAction(action, world)),
        errorAction: payload.ErrorAction === undefined ? undefined : createAction(payload.ErrorAction, world),
      };
      if (payload.RuleDisabled) rules.delete(name);
      else rules.set(name, rule);
      return { physicalId: name, attributes: { Arn: `arn:aws:iot:${region}:${accountId}:rule/${name}` } };
    },
    remove: ({ physicalId }) => {
      rules.delete(physicalId);
    },
  };
}

function runRule(
  { name, statement, actions, errorAction }: Rule,
  accepted: AcceptedMessage,
  message: SqlMessage,
  { log }: LocalAwsContext,
): void {
  const fail = (action: RuleAction, error: unknown) => {
    const errorMessage = error instanceof Error ? error.message : String(error);
    if (errorAction === undefined) {
      log.warn({ rule: name, action: action.name, errorMessage }, "rule action failed");
      return;
    }
    void Promise.resolve()
      .then(() => errorAction.run(errorDocument(name, accepted, { action, errorMessage }), message))
      .catch((again: unknown) => log.error({ rule: name, error: String(again) }, "rule error action failed"));
  };
  let result: SqlValue;
  try {
    result = runStatement(statement, message);
  } catch (error) {
    log.warn({ rule: name, error: String(error) }, "rule statement failed");
    return;
  }
  if (result === undefined) return;
  for (const action of actions) {
    try {
      const running = action.run(result, message);
      if (running !== undefined) running.catch((error: unknown) => fail(action, error));
    } catch (error) {
      fail(action, error);
    }
  }
}

/** Developer guide, "Error handling (error action)". */
function errorDocument(
  ruleName: string,
  { topic, clientId, traceId, payload }: AcceptedMessage,
  { action, errorMessage }: { action: RuleAction; errorMessage: string },
): SqlValue {
  return {
    ruleName,
    topic,
    cloudwatchTraceId: traceId,
    clientId: clientId ?? "N/A",
    base64OriginalPayload: payload.toString("base64"),
    failures: [{ failedAction: action.name, failedResource: action.resource, errorMessage }],
  };
}

function sqlMessage(
  message: AcceptedMessage,
  { context, options, roles }: { context: LocalAwsContext; options: RulesOptions; roles: RuleRoles },
): SqlMessage {
  const arn = (resource: string) => `arn:aws:iot:${context.region}:${context.accountId}:${resource}`;
  const world: SqlWorld = {
    topic: message.topic,
    clientId: message.clientId,
    principal: principalOf(message),
    traceId: message.traceId,
    accountId: context.accountId,
    nowMs: context.clock.nowMs(),
    registryData: (operation, thingName, roleArn) => {
      if (operation !== "DescribeThing") throw new Error(`get_registry_data("${operation}") is not emulated`);
      roles.authorize(roleArn, "iot:DescribeThing", arn(`thing/${thingName}`));
      return options.registry.thing(thingName) as unknown as SqlValue;
    },
  };
  return { payload: parsePayload(message.payload), world };
}

function principalOf({ caller }: AcceptedMessage): string | undefined {
  if (caller.kind === "certificate") return caller.certificateId;
  return caller.kind === "sigv4" ? caller.principal.userId : undefined;
}

function parsePayload(payload: Buffer): SqlValue {
  try {
    return JSON.parse(payload.toString("utf8")) as SqlValue;
  } catch {
    return undefined;
  }
}
