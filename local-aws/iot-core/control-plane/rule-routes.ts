import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import type { RuleDefinition } from "../rules/rule-definition.ts";
import { parseRuleQuery } from "../rules/sql-parser.ts";
import type { TopicRules } from "../rules/topic-rules.ts";
import { param, toSeconds, type DefineOperation, type OperationCall } from "./operation.ts";

/** The rule's own schema judges it, and names what it does not know. */
const payloadBody = z.unknown();

/** Topic rules. */
export function ruleRoutes(define: DefineOperation, scope: ArnScope, rules: TopicRules): RestRoute[] {
  const path = "/rules/{ruleName}";
  const resources = (call: OperationCall<unknown>) => [iotArn(scope, "rule", param(call, "ruleName"))];
  const base = { path, resources };
  return [
    define({
      ...base,
      method: "POST",
      operation: "CreateTopicRule",
      body: payloadBody,
      run: (call) => void rules.create(param(call, "ruleName"), call.input),
    }),
    define({
      ...base,
      method: "PATCH",
      operation: "ReplaceTopicRule",
      body: payloadBody,
      run: (call) => void rules.replace(param(call, "ruleName"), call.input),
    }),
    define({ ...base, method: "DELETE", operation: "DeleteTopicRule", run: (call) => rules.delete(param(call, "ruleName")) }),
    define({ ...base, method: "GET", operation: "GetTopicRule", run: (call) => describe(rules.require(param(call, "ruleName"))) }),
    ...(["enable", "disable"] as const).map((verb) =>
      define({
        method: "POST",
        path: `${path}/${verb}`,
        operation: verb === "enable" ? "EnableTopicRule" : "DisableTopicRule",
        resources,
        run: (call) => rules.setDisabled(param(call, "ruleName"), verb === "disable"),
      }),
    ),
    listRules(define, rules),
  ];
}

function listRules(define: DefineOperation, rules: TopicRules): RestRoute {
  return define({
    method: "GET",
    path: "/rules",
    operation: "ListTopicRules",
    run: ({ query }) => {
      const disabled = query.get("ruleDisabled");
      const wanted = rules.list().filter(({ payload }) => disabled === null || String(payload.ruleDisabled === true) === disabled);
      const page = { token: query.get("nextToken"), size: query.get("maxResults"), sizeMax: 250 };
      const { items, nextToken } = paginate(wanted, ({ ruleName }) => ruleName, page);
      return { rules: items.map(summary), nextToken };
    },
  });
}

const summary = ({ ruleName, ruleArn, createdAtMs, payload }: RuleDefinition) => ({
  ruleName,
  ruleArn,
  topicPattern: parseRuleQuery(payload.sql).topicFilter,
  createdAt: toSeconds(createdAtMs),
  ruleDisabled: payload.ruleDisabled === true,
});

const describe = ({ ruleName, ruleArn, createdAtMs, payload }: RuleDefinition) => ({
  ruleArn,
  rule: { ruleName, ruleDisabled: false, ...payload, createdAt: toSeconds(createdAtMs) },
});
