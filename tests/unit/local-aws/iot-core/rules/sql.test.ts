import { describe, expect, it } from "vitest";
import { runStatement, type SqlMessage } from "../../../../../local-aws/iot-core/rules/sql-evaluate.ts";
import type { SqlValue, SqlWorld } from "../../../../../local-aws/iot-core/rules/sql-functions.ts";
import { parseStatement } from "../../../../../local-aws/iot-core/rules/sql-parser.ts";
import { fillTemplate, parseTemplate } from "../../../../../local-aws/iot-core/rules/substitution.ts";
import { matchesRuleFilter } from "../../../../../local-aws/iot-core/rules/topic-filter.ts";

const world: SqlWorld = {
  topic: "$aws/things/pump-1/shadow/update/documents",
  clientId: undefined,
  principal: undefined,
  traceId: "trace",
  accountId: "123456789012",
  nowMs: 1_700_000_000_999,
  registryData: (_operation, thingName) => (thingName === "pump-1" ? { attributes: { site: "harbor" } } : undefined),
};

const message = (payload: SqlValue, more: Partial<SqlWorld> = {}): SqlMessage => ({ payload, world: { ...world, ...more } });
const run = (sql: string, payload: SqlValue, more?: Partial<SqlWorld>) => runStatement(parseStatement(sql), message(payload, more));

describe("AWS IoT SQL", () => {
  it("selects nested members under their aliases and leaves out what is Undefined", () => {
    const payload = { current: { version: 7, state: { desired: { power: true } } }, clientToken: "c-1" };
    const sql =
      "SELECT topic(3) AS thing, current.version AS version, current.state.reported AS reported, clientToken FROM '$aws/things/+/x'";
    expect(run(sql, payload)).toEqual({ thing: "pump-1", version: 7, clientToken: "c-1" });
  });

  it("tells the field timestamp from the function timestamp()", () => {
    expect(run("SELECT timestamp AS seconds, timestamp() AS atMs FROM 'a'", { timestamp: 5 })).toEqual({ seconds: 5, atMs: world.nowMs });
  });

  it("divides whole numbers into a whole number", () => {
    expect(run("SELECT timestamp() / 1000 AS seconds, 1.5 / 2 AS share FROM 'a'", {})).toEqual({ seconds: 1_700_000_000, share: 0.75 });
  });

  it("drops a message whose condition compares with something Undefined", () => {
    expect(run("SELECT * FROM 'a' WHERE missing <> 'x'", { here: 1 })).toBeUndefined();
    expect(run("SELECT * FROM 'a' WHERE isUndefined(missing)", { here: 1 })).toEqual({ here: 1 });
  });

  it("keeps dashboards out of the things' presence", () => {
    const sql = "SELECT clientId AS thing FROM 'a' WHERE eventType <> 'connect_failed' AND NOT startswith(clientId, 'eu-west-1:')";
    expect(run(sql, { clientId: "eu-west-1:abc-tab", eventType: "connected" })).toBeUndefined();
    expect(run(sql, { clientId: "pump-1", eventType: "connected" })).toEqual({ thing: "pump-1" });
  });

  it("merges * with named members", () => {
    expect(run("SELECT *, topic(2) AS kind FROM 'a'", { a: 1 })).toEqual({ a: 1, kind: "things" });
  });

  it.each([
    ["SELECT * FROM 'a' WHERE x LIKE 'b'", /LIKE/],
    ["SELECT aws_lambda('arn', 1) AS r FROM 'a'", /aws_lambda/],
    ["SELECT * FROM 'a' GROUP BY b", /GROUP/],
    ["SELECT a + 1 FROM 'a'", /needs a name/],
    ["SELECT { 'a': 1 } AS o FROM 'a'", /unexpected character/],
    ["SELECT * FROM a", /topic filter/],
  ])("refuses %s at load and names what it does not know", (sql, reason) => {
    expect(() => parseStatement(sql)).toThrow(reason);
  });

  it("fills a template from the original payload and fails on Undefined", () => {
    const template = parseTemplate('st/${get_registry_data("DescribeThing", topic(3), "role").attributes.site}/${topic(3)}/shadow');
    expect(fillTemplate(template, message({}))).toBe("st/harbor/pump-1/shadow");
    expect(() => fillTemplate(template, message({}, { topic: "$aws/things/stranger/shadow/update/documents" }))).toThrow(/Undefined/);
  });
});

describe("a rule's topic filter", () => {
  it.each([
    ["dt/+/telemetry", "dt/a/telemetry", true],
    ["dt/#", "dt/a/b", true],
    ["dt/#", "dt", false],
    ["dt/+", "dt/a/b", false],
    ["+/+", "$aws/things", true],
  ])("%s on %s: %s", (filter, topic, expected) => {
    expect(matchesRuleFilter(filter, topic)).toBe(expected);
  });
});
