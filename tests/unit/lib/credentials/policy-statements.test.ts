import { describe, expect, test } from "vitest";
import { accessSentences } from "../../../../lib/credentials/access-sentences.ts";
import { decide, type NamedPolicy, parseStatements } from "../../../../lib/credentials/policy-statements.ts";
import { CONTROL_ROLE, rolePolicies } from "../../../../lib/credentials/role-statements.ts";

const IDENTITY = "eu-west-1:0000";
const arn = (resource: string) => `arn:aws:iot:eu-west-1:000000000000:${resource}`;
const harbor: NamedPolicy = {
  name: "thingdeck-site-harbor",
  kind: "attached",
  statements: parseStatements(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "iot:Connect", Resource: arn("client/${cognito-identity.amazonaws.com:sub}-*") },
        { Effect: "Allow", Action: "iot:Subscribe", Resource: [arn("topicfilter/dt/harbor/*"), arn("topicfilter/st/harbor/*")] },
        { Effect: "Allow", Action: "iot:Receive", Resource: [arn("topic/dt/harbor/*")] },
      ],
    }),
  ),
};
const may = (action: string, resource: string, attached = [harbor]) =>
  decide({ action, resource }, [...rolePolicies("operator", undefined), ...attached], IDENTITY);

describe("can I ...?", () => {
  test.each([
    ["iot:Subscribe", "topicfilter/dt/harbor/+/telemetry", true],
    ["iot:Subscribe", "topicfilter/dt/ridge/+/telemetry", false],
    ["iot:Subscribe", "topicfilter/dt/+/+/telemetry", false],
    ["iot:Subscribe", "topicfilter/#", false],
    ["iot:Publish", "topic/dt/harbor/harbor-pump-01/telemetry", false],
    ["iot:Connect", `client/${IDENTITY}-tab`, true],
    ["iot:Connect", "client/harbor-pump-01", false],
    ["iot:UpdateThingShadow", "thing/harbor-pump-01", false],
  ])("%s on %s: %s", (action, resource, isAllowed) => {
    expect(may(action, resource).isAllowed).toBe(isAllowed);
  });

  test("the deciding statement and policy are named", () => {
    const decision = may("iot:Subscribe", "topicfilter/dt/harbor/+/telemetry");
    expect(decision.by).toMatchObject({ policyName: "thingdeck-site-harbor", statement: { Action: ["iot:Subscribe"] } });
  });

  test("a prohibition wins over every permission", () => {
    const shadow = { action: "iot:UpdateThingShadow", resource: "thing/pump/named" };
    expect(decide(shadow, [CONTROL_ROLE], IDENTITY)).toMatchObject({ isAllowed: false, by: { statement: { Effect: "Deny" } } });
  });

  test("documents that cannot be read allow nothing", () => {
    for (const text of ["", "{", "[]", '{"Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}']) {
      expect(parseStatements(text)).toEqual([]);
    }
  });

  test("permissions read as sentences with the site's name", () => {
    const sentences = accessSentences([harbor], [{ id: "harbor", label: "Harbor water works" }]).map(({ text }) => text);
    expect(sentences).toEqual([
      "Open live connections under your own identity, and no other.",
      "See the telemetry of every device at Harbor water works.",
      "Follow the state and presence of every device at Harbor water works.",
    ]);
  });
});
