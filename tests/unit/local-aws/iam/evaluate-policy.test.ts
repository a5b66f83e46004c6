import { describe, expect, it } from "vitest";
import { evaluatePolicies, evaluatePolicy, parsePolicyDocument } from "../../../../local-aws/iam/evaluate-policy.ts";
import type { PolicyContext, PolicyDocument, PolicyStatement } from "../../../../local-aws/iam/policy-document.ts";

const TOPIC = "arn:aws:iot:eu-west-1:123456789012:topic/";
const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
const allow = (over: Partial<PolicyStatement> = {}): PolicyStatement => ({ Effect: "Allow", Action: "iot:*", Resource: "*", ...over });
const decide = (document: PolicyDocument, context: PolicyContext = {}, request = { action: "iot:Receive", resource: `${TOPIC}dt/a/b` }) =>
  evaluatePolicy(document, { ...request, context }).decision;

describe("effects", () => {
  it("an explicit deny wins over any allow, wherever it stands", () => {
    const deny = allow({ Effect: "Deny", Action: "iot:Receive" });
    expect(decide(policy(allow(), deny))).toBe("explicitDeny");
    expect(decide(policy(deny, allow()))).toBe("explicitDeny");
  });

  it("nothing that applies is an implicit deny", () => {
    expect(decide(policy(allow({ Action: "iot:Publish" })))).toBe("implicitDeny");
  });

  it("names the statement that decided", () => {
    const statement = allow({ Sid: "ReadOwnSites" });
    const decision = evaluatePolicies([{ policyName: "site-a", document: policy(statement) }], {
      action: "iot:Receive",
      resource: `${TOPIC}x`,
      context: {},
    });
    expect(decision.by).toEqual({ policyName: "site-a", statement });
  });

  it("a malformed document refuses everything, beside a good one too", () => {
    const broken = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iot:*" }] } as PolicyDocument;
    const request = { action: "iot:Receive", resource: `${TOPIC}x`, context: {} };
    const decision = evaluatePolicies(
      [
        { policyName: "good", document: policy(allow()) },
        { policyName: "broken", document: broken },
      ],
      request,
    );
    expect(decision.decision).toBe("implicitDeny");
  });
});

describe("actions and resources", () => {
  it("actions know no case, resources do", () => {
    expect(decide(policy(allow({ Action: "IOT:receive" })))).toBe("allowed");
    expect(decide(policy(allow({ Resource: `${TOPIC}DT/a/b` })))).toBe("implicitDeny");
  });

  it.each([
    ["dt/*", true],
    ["dt/a/?", true],
    ["dt/?", false],
    ["dt/a/b?", false],
    ["dt/+/b", false],
    ["dt/#", false],
    ["*b", true],
    ["dt/a/b*", true],
    ["d*/*/*", true],
    ["dt/a", false],
  ])("topic pattern %s: %s", (pattern, isAllowed) => {
    expect(decide(policy(allow({ Resource: TOPIC + pattern })))).toBe(isAllowed ? "allowed" : "implicitDeny");
  });

  it("a wildcard does not reach over a colon before the resource", () => {
    expect(decide(policy(allow({ Resource: "arn:aws:iot:*:topic/dt/a/b:x" })))).toBe("implicitDeny");
    expect(decide(policy(allow({ Resource: "arn:aws:iot:*:*:topic/dt/a/b" })))).toBe("allowed");
    expect(decide(policy(allow({ Resource: "arn:aws:iot" })))).toBe("allowed");
  });

  it("NotAction and NotResource take away from everything", () => {
    expect(decide(policy({ Effect: "Allow", NotAction: "iot:Publish", Resource: "*" }))).toBe("allowed");
    expect(decide(policy({ Effect: "Allow", NotAction: "iot:R*", Resource: "*" }))).toBe("implicitDeny");
    expect(decide(policy({ Effect: "Allow", Action: "*", NotResource: `${TOPIC}dt/a/*` }))).toBe("implicitDeny");
    expect(decide(policy({ Effect: "Allow", Action: "*", NotResource: `${TOPIC}dt/c/*` }))).toBe("allowed");
  });

  it("a pattern made to backtrack is decided at once", () => {
    const value = "a".repeat(20_000);
    const startedAtMs = performance.now();
    expect(
      decide(policy(allow({ Resource: `${TOPIC}${"*a".repeat(1000)}b` })), {}, { action: "iot:Receive", resource: TOPIC + value }),
    ).toBe("implicitDeny");
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});

describe("policy variables", () => {
  const own = policy(allow({ Resource: `${TOPIC}dt/\${aws:username}/*` }));

  it("are filled in from the request, whatever their case", () => {
    expect(decide(own, { "AWS:UserName": "a" })).toBe("allowed");
    expect(decide(own, { "aws:username": "other" })).toBe("implicitDeny");
  });

  it("a missing or many-valued one matches nothing", () => {
    expect(decide(own)).toBe("implicitDeny");
    expect(decide(own, { "aws:username": ["a"] })).toBe("implicitDeny");
    expect(decide(policy({ Effect: "Allow", Action: "*", NotResource: `${TOPIC}x/\${aws:username}` }))).toBe("implicitDeny");
  });

  it("a wildcard in a value is plain text", () => {
    expect(decide(own, { "aws:username": "*" })).toBe("implicitDeny");
    expect(decide(own, { "aws:username": "?" })).toBe("implicitDeny");
  });

  it("a default stands in for a missing value", () => {
    const withDefault = policy(allow({ Resource: `${TOPIC}dt/\${aws:username, 'a'}/*` }));
    expect(decide(withDefault)).toBe("allowed");
    expect(decide(withDefault, { "aws:username": "z" })).toBe("implicitDeny");
  });

  it("${*} ${?} ${$} are the characters themselves", () => {
    const literal = policy(allow({ Resource: `${TOPIC}\${*}/\${?}/\${$}` }));
    expect(decide(literal, {}, { action: "iot:Receive", resource: `${TOPIC}*/?/$` })).toBe("allowed");
    expect(decide(literal, {}, { action: "iot:Receive", resource: `${TOPIC}a/b/c` })).toBe("implicitDeny");
  });

  it("are plain text before version 2012-10-17", () => {
    expect(decide({ Statement: [allow({ Resource: `${TOPIC}dt/\${aws:username}/*` })] }, { "aws:username": "a" })).toBe("implicitDeny");
  });
});

describe("conditions", () => {
  const when = (Condition: NonNullable<PolicyStatement["Condition"]>, context: PolicyContext = {}) =>
    decide(policy(allow({ Condition })), context) === "allowed";

  it("all operators and keys must hold, any of the values may", () => {
    expect(when({ StringEquals: { "a:x": ["1", "2"], "a:y": "3" } }, { "a:x": "2", "a:y": "3" })).toBe(true);
    expect(when({ StringEquals: { "a:x": ["1", "2"], "a:y": "3" } }, { "a:x": "2", "a:y": "4" })).toBe(false);
  });

  it.each([
    ["StringEquals", "A", "a", false],
    ["StringEqualsIgnoreCase", "A", "a", true],
    ["StringLike", "a*c", "abbc", true],
    ["StringEquals", "a*c", "abbc", false],
    ["StringNotLike", "a*", "b", true],
    ["NumericLessThan", "5", "4.5", true],
    ["NumericEquals", "5", "five", false],
    ["NumericNotEquals", "5", "five", false],
    ["DateGreaterThan", "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z", true],
    ["DateEquals", "2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00Z", true],
    ["DateEquals", "1704067200", "2024-01-01T00:00:00Z", true],
    ["Bool", "true", "TRUE", true],
    ["Bool", "true", "yes", false],
    ["IpAddress", "10.0.0.0/8", "10.255.0.1", true],
    ["IpAddress", "2001:db8::/32", "2001:db8::1", true],
    ["IpAddress", "0.0.0.0/0", "8.8.8.8", true],
    ["IpAddress", "::/0", "8.8.8.8", false],
    ["NotIpAddress", "::/0", "8.8.8.8", true],
    ["NotIpAddress", "10.0.0.0/8", "11.0.0.1", true],
    ["NotIpAddress", "bad", "11.0.0.1", false],
    ["ArnLike", "arn:aws:iam::*:role/*", "arn:aws:iam::123456789012:role/x", true],
    ["ArnEquals", "arn:aws:*:role/x", "arn:aws:iam::1:role/x", false],
    ["ArnNotLike", "arn:aws:iam::*:role/*", "arn:aws:iam::1:user/x", true],
    ["BinaryEquals", "Ym9i", "Ym9i", true],
  ])("%s %s against %s: %s", (operator, wanted, actual, holds) => {
    expect(when({ [operator]: { "a:key": wanted } }, { "a:key": actual })).toBe(holds);
  });

  it("a missing key holds for negated operators and IfExists only", () => {
    expect(when({ StringEquals: { "a:x": "1" } })).toBe(false);
    expect(when({ StringNotEquals: { "a:x": "1" } })).toBe(true);
    expect(when({ StringEqualsIfExists: { "a:x": "1" } })).toBe(true);
    expect(when({ StringEqualsIfExists: { "a:x": "1" } }, { "a:x": "2" })).toBe(false);
  });

  it("set operators read every value of a key", () => {
    const [all, any] = [{ "ForAllValues:StringEquals": { k: ["a", "b"] } }, { "ForAnyValue:StringEquals": { k: ["a", "b"] } }];
    expect([when(all, { k: ["a", "b"] }), when(all, { k: ["a", "c"] }), when(all, { k: [] }), when(all)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect([when(any, { k: ["c", "b"] }), when(any, { k: ["c"] }), when(any, { k: [] }), when(any)]).toEqual([true, false, false, false]);
    expect(when({ StringEquals: { k: "a" } }, { k: ["a"] })).toBe(false);
  });

  it("Null asks whether the key is there", () => {
    expect([when({ Null: { k: "true" } }), when({ Null: { k: true } }, { k: "x" }), when({ Null: { k: "false" } }, { k: "x" })]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each(["StringSounds", "ForAllValues:Nope", "ForSomeValues:StringEquals", "stringequals2IfExists"])(
    "unknown operator %s refuses in an allow and in a deny",
    (operator) => {
      expect(when({ [operator]: { k: "x" } }, { k: "x" })).toBe(false);
      const deny = allow({ Effect: "Deny", Condition: { [operator]: { k: "y" } } });
      expect(decide(policy(allow(), deny), { k: "x" })).toBe("explicitDeny");
    },
  );
});

describe("malformed documents are refused when they are loaded", () => {
  it.each([
    ["not JSON", "{"],
    ["empty text", ""],
    ["no statement", { Version: "2012-10-17", Statement: [] }],
    ["unknown version", { Version: "2012-10-18", Statement: [allow()] }],
    ["unknown element", { Version: "2012-10-17", Statement: [{ ...allow(), Resources: "*" }] }],
    ["effect in small letters", { Statement: [{ ...allow(), Effect: "allow" }] }],
    ["Action and NotAction", { Statement: [allow({ NotAction: "iot:X" })] }],
    ["no resource", { Statement: [{ Effect: "Allow", Action: "iot:*" }] }],
    ["action without a vendor", { Statement: [allow({ Action: "Connect" })] }],
    ["resource that is no ARN", { Statement: [allow({ Resource: "topic/x" })] }],
    ["principal in an identity policy", { Statement: [allow({ Principal: "*" })] }],
    ["two equal Sids", { Statement: [allow({ Sid: "A" }), allow({ Sid: "A" })] }],
  ])("%s", (_, document) => {
    expect(() => parsePolicyDocument(document, "identity")).toThrow(
      expect.objectContaining({ code: "MalformedPolicyDocument", status: 400 }),
    );
  });

  it("a role that any identity pool could assume", () => {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: "cognito-identity.amazonaws.com" } }],
    };
    expect(() => parsePolicyDocument(trust, "trust")).toThrow("cognito-identity.amazonaws.com:aud");
  });
});

describe("speed", () => {
  it("a typical decision takes less than 10 microseconds", () => {
    const document = policy(
      allow({ Action: "iot:Connect", Resource: "arn:aws:iot:eu-west-1:123456789012:client/${cognito-identity.amazonaws.com:sub}-*" }),
      allow({ Action: "iot:Subscribe", Resource: "arn:aws:iot:eu-west-1:123456789012:topicfilter/dt/a/*" }),
      allow({ Action: "iot:Receive", Resource: [`${TOPIC}dt/a/*`, `${TOPIC}st/a/*`] }),
    );
    const context = { "cognito-identity.amazonaws.com:sub": "eu-west-1:1", "aws:SourceIp": "127.0.0.1" };
    const run = (count: number) => {
      for (let index = 0; index < count; index += 1) decide(document, context);
    };
    run(20_000);
    // Processor time: what other processes do to the clock is not ours.
    const before = process.cpuUsage();
    run(20_000);
    expect(process.cpuUsage(before).user / 20_000).toBeLessThan(10);
  });
});
