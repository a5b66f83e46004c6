import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluatePolicies, evaluatePolicy } from "../../../../local-aws/iam/evaluate-policy.ts";
import type { PolicyContext, PolicyDocument, PolicyRequest, PolicyStatement } from "../../../../local-aws/iam/policy-document.ts";

const RUNS = { numRuns: 500 };
const PREFIX = "arn:aws:iot:eu-west-1:123456789012:";
const ACTIONS = ["iot:Connect", "iot:Publish", "iot:Receive", "iot:RetainPublish", "dynamodb:PutItem"];
const KEYS = ["aws:SourceIp", "iot:ClientId", "aws:username", "dynamodb:LeadingKeys"];
const document = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });

/** Few letters, so that random patterns and random names meet. */
const name = fc.string({ unit: fc.constantFrom("a", "b", "A", "/", "+", "#", ":"), minLength: 1, maxLength: 6 });
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "A", "/", "*", "?"), minLength: 1, maxLength: 6 });
const variable = fc.constantFrom("${iot:ClientId}", "${aws:username}", "${nobody:knows}", "${*}", "${?}", "${$}");
const resourcePattern = fc.oneof(
  fc.constant("*"),
  pattern.map((text) => `${PREFIX}topic/${text}`),
  fc.tuple(pattern, variable).map(([text, inserted]) => `${PREFIX}topic/${text}${inserted}`),
);
const actionPattern = fc.constantFrom(...ACTIONS, "*", "iot:*", "IOT:RECEIVE", "iot:R*", "iot:?ublish", "dynamodb:*");
const condition = fc.dictionary(
  fc.constantFrom(
    ...["StringEquals", "StringNotEquals", "StringLike", "StringLikeIfExists", "ForAllValues:StringLike", "ForAnyValue:StringEquals"],
    ...["Null", "Bool", "NumericLessThan", "DateGreaterThan", "IpAddress", "NotIpAddress", "ArnLike", "NoSuchOperator"],
  ),
  fc.dictionary(
    fc.constantFrom(...KEYS),
    fc.oneof(name, pattern, fc.constantFrom("true", "10.0.0.0/8", "5"), fc.array(name, { minLength: 1 })),
    {
      minKeys: 1,
      maxKeys: 2,
    },
  ),
  { maxKeys: 2 },
);
const oneOrMore = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));
const statement: fc.Arbitrary<PolicyStatement> = fc
  .record({
    Effect: fc.constantFrom("Allow" as const, "Deny" as const),
    actions: oneOrMore(actionPattern),
    resources: oneOrMore(resourcePattern),
    isNotAction: fc.boolean(),
    isNotResource: fc.boolean(),
    Condition: fc.option(condition, { nil: undefined }),
  })
  .map(({ Effect, actions, resources, isNotAction, isNotResource, Condition }) => ({
    Effect,
    ...(isNotAction ? { NotAction: actions } : { Action: actions }),
    ...(isNotResource ? { NotResource: resources } : { Resource: resources }),
    ...(Condition === undefined ? {} : { Condition }),
  }));
const context: fc.Arbitrary<PolicyContext> = fc.dictionary(fc.constantFrom(...KEYS), oneOrMore(fc.oneof(name, fc.constant("10.1.2.3"))));
const request: fc.Arbitrary<PolicyRequest> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  resource: name.map((text) => `${PREFIX}topic/${text}`),
  context,
});
const statements = fc.array(statement, { minLength: 1, maxLength: 5 });
const policies = fc.array(
  statements.map((list) => ({ policyName: "p", document: document(...list) })),
  { minLength: 1, maxLength: 3 },
);

/** Wildcards as AWS describes them, by another mechanism than the evaluator's. */
function isLike(text: string, glob: string): boolean {
  const source = Array.from(glob, (char) => (char === "*" ? ".*" : char === "?" ? "." : char.replace(/[\\^$.|+()[\]{}/]/, "\\$&"))).join(
    "",
  );
  return new RegExp(`^${source}$`, "s").test(text);
}

describe("whatever the policies say", () => {
  it("the order of statements and policies changes no decision", () => {
    fc.assert(
      fc.property(policies, request, (list, asked) => {
        const turned = [...list].reverse().map(({ policyName, document: { Statement } }) => ({
          policyName,
          document: document(...[...(Statement as PolicyStatement[])].reverse()),
        }));
        expect(evaluatePolicies(turned, asked).decision).toBe(evaluatePolicies(list, asked).decision);
      }),
      RUNS,
    );
  });

  it("a request is decided by its statements one by one: any deny that applies wins, else any allow", () => {
    fc.assert(
      fc.property(policies, request, (list, asked) => {
        const single = list.flatMap(({ document: { Statement } }) =>
          (Statement as PolicyStatement[]).map((one) => evaluatePolicy(document(one), asked).decision),
        );
        const expected = single.includes("explicitDeny") ? "explicitDeny" : single.includes("allowed") ? "allowed" : "implicitDeny";
        expect(evaluatePolicies(list, asked).decision).toBe(expected);
      }),
      RUNS,
    );
  });

  it("another allow never takes an explicit deny away, another deny never allows", () => {
    fc.assert(
      fc.property(policies, statement, request, (list, more, asked) => {
        const before = evaluatePolicies(list, asked).decision;
        const after = evaluatePolicies([...list, { policyName: "more", document: document(more) }], asked).decision;
        if (before === "explicitDeny") expect(after).toBe("explicitDeny");
        if (more.Effect === "Deny" && after === "allowed") expect(before).toBe("allowed");
      }),
      RUNS,
    );
  });

  it("one more condition never widens an allow", () => {
    fc.assert(
      fc.property(statement, condition, request, (bare, more, asked) => {
        const allow: PolicyStatement = { ...bare, Effect: "Allow", Condition: {} };
        const narrowed = evaluatePolicy(document({ ...allow, Condition: more }), asked).decision;
        if (narrowed === "allowed") expect(evaluatePolicy(document(allow), asked).decision).toBe("allowed");
      }),
      RUNS,
    );
  });

  it("an operator that nobody documented allows nothing and denies what its statement names", () => {
    const unknown = fc
      .string({ unit: fc.constantFrom(..."SringEqualsLkeNotIfx:".split("")), minLength: 1, maxLength: 20 })
      .map((text) => `Z${text}`);
    const operator = fc.oneof(unknown, fc.constantFrom("NullIfExists", "ForAnyValue:Null", "ForAllValues:", "IfExists", "__proto__x"));
    fc.assert(
      fc.property(operator, context, (operatorName, values) => {
        const asked = { action: "iot:Receive", resource: `${PREFIX}topic/a`, context: values };
        const guarded = (Effect: "Allow" | "Deny") => ({
          Effect,
          Action: "*",
          Resource: "*",
          Condition: { [operatorName]: { "aws:username": "a" } },
        });
        expect(evaluatePolicy(document(guarded("Allow")), asked).decision).toBe("implicitDeny");
        expect(evaluatePolicy(document({ Effect: "Allow", Action: "*", Resource: "*" }, guarded("Deny")), asked).decision).toBe(
          "explicitDeny",
        );
      }),
      RUNS,
    );
  });
});

describe("patterns", () => {
  it("* and ? match as wildcards do, + and # are plain, case counts in resources and not in actions", () => {
    fc.assert(
      fc.property(name, pattern, fc.constantFrom(...ACTIONS), actionPattern, (text, glob, action, actionGlob) => {
        const policy = document({ Effect: "Allow", Action: actionGlob.toUpperCase(), Resource: `${PREFIX}topic/${glob}` });
        const { decision } = evaluatePolicy(policy, { action, resource: `${PREFIX}topic/${text}`, context: {} });
        const expected = isLike(text, glob) && isLike(action.toLowerCase(), actionGlob.toLowerCase());
        expect(decision === "allowed").toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("NotAction and NotResource are exactly the rest", () => {
    fc.assert(
      fc.property(name, oneOrMore(pattern), fc.constantFrom(...ACTIONS), oneOrMore(actionPattern), (text, globs, action, actions) => {
        const resources = [globs].flat().map((glob) => `${PREFIX}topic/${glob}`);
        const asked = { action, resource: `${PREFIX}topic/${text}`, context: {} };
        const isAllowed = (over: Partial<PolicyStatement>) =>
          evaluatePolicy(document({ Effect: "Allow", ...over }), asked).decision === "allowed";
        expect(isAllowed({ Action: "*", NotResource: resources })).toBe(!isAllowed({ Action: "*", Resource: resources }));
        expect(isAllowed({ NotAction: actions, Resource: "*" })).toBe(!isAllowed({ Action: actions, Resource: "*" }));
      }),
      RUNS,
    );
  });

  it("a variable is its value letter by letter, whatever wildcards the value holds, and without a value nothing matches", () => {
    const value = fc.string({ unit: fc.constantFrom("a", "*", "?", "+", "$", "{", "}"), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(value, value, fc.constantFrom("Resource", "NotResource"), (known, actual, element) => {
        const policy = document({ Effect: "Allow", Action: "*", [element]: `${PREFIX}topic/\${aws:username}/*` });
        const asked = { action: "iot:Receive", resource: `${PREFIX}topic/${actual}/x` };
        const isAllowed = (values: PolicyContext) => evaluatePolicy(policy, { ...asked, context: values }).decision === "allowed";
        expect(isAllowed({ "aws:username": known })).toBe((known === actual) === (element === "Resource"));
        expect(isAllowed({})).toBe(false);
        expect(isAllowed({ "aws:username": [known, known] })).toBe(false);
      }),
      RUNS,
    );
  });
});

describe("conditions", () => {
  const holds = (operator: string, wanted: string | string[], values: PolicyContext) =>
    evaluatePolicy(document({ Effect: "Allow", Action: "*", Resource: "*", Condition: { [operator]: { k: wanted } } }), {
      action: "iot:Receive",
      resource: `${PREFIX}topic/a`,
      context: values,
    }).decision === "allowed";
  const operand = fc.oneof(name, fc.constantFrom("true", "false", "5", "7.5", "2024-01-01T00:00:00Z", "10.1.2.3", "arn:aws:iam::1:role/a"));

  it("a negated operator is the opposite wherever its values are of its type, and IfExists differs only for a missing key", () => {
    const pairs = ["StringEquals", "StringLike", "StringEqualsIgnoreCase"].map((positive) => [
      positive,
      positive.replace("String", "StringNot"),
    ]);
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.array(operand, { minLength: 1, maxLength: 3 }),
        operand,
        ([positive = "", negative = ""], wanted, actual) => {
          expect(holds(negative, wanted, { k: actual })).toBe(!holds(positive, wanted, { k: actual }));
          expect(holds(`${positive}IfExists`, wanted, { k: actual })).toBe(holds(positive, wanted, { k: actual }));
          expect([holds(positive, wanted, {}), holds(negative, wanted, {}), holds(`${positive}IfExists`, wanted, {})]).toEqual([
            false,
            true,
            true,
          ]);
        },
      ),
      RUNS,
    );
  });

  it("ForAllValues is every value, ForAnyValue is some value, of the same plain operator", () => {
    const operators = fc.constantFrom("StringEquals", "StringLike", "NumericEquals", "Bool", "IpAddress", "ArnLike", "DateEquals");
    fc.assert(
      fc.property(
        operators,
        fc.array(operand, { minLength: 1, maxLength: 3 }),
        fc.array(operand, { maxLength: 3 }),
        (operator, wanted, actual) => {
          const single = actual.map((one) => holds(operator, wanted, { k: one }));
          expect(holds(`ForAllValues:${operator}`, wanted, { k: actual })).toBe(single.every(Boolean));
          expect(holds(`ForAnyValue:${operator}`, wanted, { k: actual })).toBe(single.some(Boolean));
        },
      ),
      RUNS,
    );
  });
});
