import { describe, expect, it } from "vitest";
import type { AcceptedMessage } from "../../../../../local-aws/iot-core/broker/broker.ts";
import { parseExpression, parseRuleQuery } from "../../../../../local-aws/iot-core/rules/sql-parser.ts";
import type { SqlScope } from "../../../../../local-aws/iot-core/rules/sql-scope.ts";
import type { SqlValue } from "../../../../../local-aws/iot-core/rules/sql-values.ts";
import { parseTemplate } from "../../../../../local-aws/iot-core/rules/substitution.ts";

const message: AcceptedMessage = {
  topic: "dt/harbor/pump-1/telemetry",
  payload: Buffer.from("{}"),
  qos: 0,
  isRetained: false,
  caller: { kind: "service" },
  receivedAtMs: 0,
  traceId: "trace",
};

const scopeOf = (payload: SqlValue): SqlScope => ({
  payload,
  message,
  topic: message.topic,
  nowMs: 1_700_000_000_123,
  accountId: "123456789012",
  lookups: {
    describeThing: (thingName) => (thingName === "pump-1" ? { attributes: { site: "harbor" } } : undefined),
    thingShadow: () => ({ version: 7 }),
  },
});

const evaluate = (sql: string, payload: SqlValue = {}) => parseExpression(sql)(scopeOf(payload));
const select = (sql: string, payload: SqlValue) => parseRuleQuery(sql).select(scopeOf(payload));

describe("expressions", () => {
  it.each([
    ["1 + 2 * 3", 7],
    ["7 / 2", 3],
    ["7.5 / 2", 3.75],
    ["-7 / 2", -3],
    ["1 / 0", undefined],
    ["7 % 4", 3],
    ["'a' + 1", "a1"],
    ["'3' * '4'", 12],
    ["1 = 1.0", true],
    ["'1' = 1", true],
    ["'a' = 'A'", false],
    ["'a' < 'b' AND 2 >= 2", true],
    ["1 <> 2 OR nothing = 1", undefined],
    ["NOT (1 = 2)", true],
    ["NOT 'false'", true],
    ["nothing = 1", undefined],
    ["nothing <> 1", undefined],
    ["isUndefined(nothing)", true],
    ["isNull(null)", true],
    ["2 IN [1, 2]", true],
    ["3 in (1, 2)", false],
    ["CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END", "two"],
    ["CASE 3 WHEN 1 THEN 'a' END", undefined],
    ["CASE nothing WHEN 1 THEN 'a' ELSE 'b' END", undefined],
    ["cast('12' AS Int) + 1", 13],
    ["cast(true AS String)", "true"],
    ["cast('x' AS Decimal)", undefined],
    ["topic()", "dt/harbor/pump-1/telemetry"],
    ["topic(3)", "pump-1"],
    ["topic(9)", undefined],
    ["timestamp() / 1000", 1_700_000_000],
    ["clientid()", "n/a"],
    ["accountid()", "123456789012"],
    ["concat('T#', topic(2), 1)", "T#harbor1"],
    ["startswith('eu-west-1:x', 'eu-west-1:')", true],
    ["substring('abcdef', 1, 3)", "bc"],
    ["parse_time('yyyy-MM-dd HH:mm:ss.SSS', timestamp())", "2023-11-14 22:13:20.123"],
    ["parse_time(\"yyyy-MM-dd'T'HH:mm\", timestamp(), 'Europe/Berlin')", "2023-11-14T23:13"],
    ["get_registry_data(\"DescribeThing\", topic(3), 'r').attributes.site", "harbor"],
    ["get_registry_data('DescribeThing', 'none', 'r').attributes.site", undefined],
    ["get_thing_shadow('t', 'r').version", 7],
    ["it''s", undefined],
  ])("%s is %j", (sql, expected) => {
    if (sql === "it''s") expect(() => evaluate(sql)).toThrow("Expected the end");
    else expect(evaluate(sql)).toEqual(expected);
  });

  it("a path reads nested members, and Undefined where there is none; inherited ones do not exist", () => {
    const payload = { a: { b: { c: 1 } } };
    expect(evaluate("a.b.c", payload)).toBe(1);
    expect(evaluate("a.x.c", payload)).toBeUndefined();
    expect(evaluate("constructor", payload)).toBeUndefined();
  });
});

describe("queries", () => {
  it("selects paths, aliases and everything; what is Undefined is left out", () => {
    const sql = "SELECT *, state.on AS isOn, nothing AS gone, topic(2) AS site FROM 'dt/+/+/telemetry'";
    expect(select(sql, { state: { on: true }, n: 1 })).toEqual({ state: { on: true }, n: 1, isOn: true, site: "harbor" });
    expect(select("SELECT state.on, timestamp() FROM 'a'", { state: { on: 1 } })).toEqual({ on: 1, timestamp: 1_700_000_000_123 });
    expect(select("SELECT VALUE state FROM 'a'", { state: { on: 1 } })).toEqual({ on: 1 });
    expect(select("SELECT * FROM 'a'", [1, 2])).toEqual([1, 2]);
  });

  it("WHERE keeps a message only when it is true", () => {
    const isMatch = (where: string, payload: SqlValue) => parseRuleQuery(`SELECT * FROM 'a' WHERE ${where}`).isMatch(scopeOf(payload));
    expect(isMatch("n > 3", { n: 4 })).toBe(true);
    expect(isMatch("n > 3", {})).toBe(false);
    expect(isMatch("NOT n > 3", {})).toBe(false);
    expect(isMatch("eventType <> 'x' AND NOT startswith(clientId, 'eu-west-1:')", { eventType: "y", clientId: "pump" })).toBe(true);
  });

  it.each([
    ["SELECT magic(1) AS a FROM 'a'", "Unknown function magic"],
    ["SELECT (SELECT x FROM y) AS a FROM 'a'", "Nested SELECT"],
    ["SELECT EXISTS(a) AS a FROM 'a'", "EXISTS"],
    ["SELECT 1 + 1 FROM 'a'", "alias"],
    ["SELECT * FROM a", "topic filter in quotes"],
    ["SELECT * FROM 'a' GROUP BY b", "Expected the end but found GROUP"],
    ["SELECT a[0] AS b FROM 'a'", "Expected FROM but found ["],
    ["SELECT cast(a AS Blob) AS b FROM 'a'", "type blob"],
    ["SELECT topic(1, 2) AS b FROM 'a'", "does not take 2 arguments"],
    ["SELECT ; FROM 'a'", "Unexpected character"],
    ["UPDATE x", "Expected SELECT"],
  ])("%s is refused and the construct named", (sql, fault) => {
    expect(() => parseRuleQuery(sql)).toThrow(expect.objectContaining({ code: "SqlParseException", status: 400 }));
    expect(() => parseRuleQuery(sql)).toThrow(fault);
  });
});

describe("substitution templates", () => {
  it("fills in expressions, also with braces in quotes", () => {
    const template = parseTemplate(`st/\${get_registry_data("DescribeThing", topic(3), "r").attributes.site}/\${concat('}', n)}/x`);
    expect(template(scopeOf({ n: 1 }))).toBe("st/harbor/}1/x");
  });

  it("an Undefined expression fails the action and is named", () => {
    expect(() => parseTemplate("a/${nothing}")(scopeOf({}))).toThrow("${nothing} is Undefined");
  });

  it("an unclosed or unknown template is refused at load", () => {
    expect(() => parseTemplate("a/${topic(1)")).toThrow("not closed");
    expect(() => parseTemplate("a/${magic()}")).toThrow("Unknown function magic");
  });
});
