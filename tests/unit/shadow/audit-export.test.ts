import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openCursor, sealCursor } from "../../../lib/shadow/audit-cursor.ts";
import { parseAuditQuery } from "../../../lib/shadow/audit-query.ts";
import { toCsvLine } from "../../../lib/shadow/csv.ts";

describe("a CSV cell", () => {
  test.each(["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|x", "%0A", "＝1"])(
    "never starts a formula: %j",
    (text) => {
      const [cell = ""] = toCsvLine([text]).split("\r\n");
      expect(cell.replace(/^"/, "")).toMatch(/^'/);
    },
  );

  test("keeps quotes, commas and line breaks inside itself", () => {
    expect(toCsvLine(['a"b', "c,d", "e\nf", 5, null, true])).toBe('"a""b","c,d","e\nf",5,,true\r\n');
  });

  test("writes out what a terminal or a reader would obey: escape sequences, direction marks", () => {
    expect(toCsvLine(["\u001b[31mred", "a\u202eb", "line\nbreak"])).toBe('"\\u001b[31mred","a\\u202eb","line\nbreak"\r\n');
  });

  test("of any text is one cell that no spreadsheet computes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        const line = toCsvLine([text, 1]).slice(0, -2);
        const isQuoted = line.startsWith('"');
        const content = isQuoted ? line.slice(1, line.lastIndexOf('"')) : line.slice(0, line.lastIndexOf(","));
        expect(content.trimStart()).not.toMatch(/^[=+\-@]/);
        if (!isQuoted) expect(content).not.toMatch(/[",\r\n]/);
      }),
    );
  });
});

describe("a cursor of the audit log", () => {
  const key = randomBytes(32);
  const scope = { sub: "a", filter: { thing: "harbor-pump-01" } };
  const position = { partition: "harbor-pump-01", beforeAt: "2026-11-23T04:00:00.000Z#x" };

  test("opens for the viewer and filter it was made for, also after its key was rotated", () => {
    const cursor = sealCursor(position, scope, key);
    expect(openCursor(cursor, scope, [randomBytes(32), key])).toEqual(position);
  });

  test("opens for nobody else, for no other filter, and not when a single character differs", () => {
    const cursor = sealCursor(position, scope, key);
    expect(openCursor(cursor, { ...scope, sub: "b" }, [key])).toBeUndefined();
    expect(openCursor(cursor, { ...scope, filter: {} }, [key])).toBeUndefined();
    expect(openCursor(cursor, scope, [randomBytes(32)])).toBeUndefined();
    for (let at = 0; at < cursor.indexOf("."); at += 1) {
      const other = cursor[at] === "A" ? "B" : "A";
      expect(openCursor(`${cursor.slice(0, at)}${other}${cursor.slice(at + 1)}`, scope, [key])).toBeUndefined();
    }
    for (const junk of ["", ".", "..", "a.b.c", `${cursor}.x`]) expect(openCursor(junk, scope, [key])).toBeUndefined();
  });
});

describe("the query string of the audit log", () => {
  test("is read strictly", () => {
    expect(parseAuditQuery(new URLSearchParams("thing=x&status=denied,refused&limit=10&who="))).toEqual({
      filter: { thing: "x", status: ["denied", "refused"] },
      limit: 10,
    });
    for (const query of ["status=nonsense", "limit=0", "limit=9999", "fromMs=abc", "unknown=1"]) {
      expect(() => parseAuditQuery(new URLSearchParams(query))).toThrow();
    }
  });
});
