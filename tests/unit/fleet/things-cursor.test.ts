import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openThingsCursor, sealThingsCursor } from "../../../lib/fleet/things-cursor.ts";

const key = Buffer.alloc(32, 7);
const older = Buffer.alloc(32, 8);
const scope = { sub: "ada", query: { q: "pump", site: ["harbor"] } };

describe("a cursor of the fleet list", () => {
  test("opens under any of the keys that may have sealed it", () => {
    expect(openThingsCursor(sealThingsCursor(200, scope, older), scope, [key, older])).toBe(200);
    expect(openThingsCursor(sealThingsCursor(200, scope, Buffer.alloc(32, 9)), scope, [key, older])).toBeUndefined();
  });

  test("is refused for another viewer, another filter and another order", () => {
    const cursor = sealThingsCursor(200, scope, key);
    const { query } = scope;
    for (const other of [
      { sub: "otto", query },
      { sub: "ada", query: { ...query, q: "chiller" } },
      { sub: "ada", query: { ...query, site: ["ridge"] } },
      { sub: "ada", query: { ...query, sort: "-name" } },
      { sub: "ada", query: { ...query, state: ["alarm" as const] } },
      { sub: "ada", query: { ...query, by: "site" as const } },
    ]) {
      expect(openThingsCursor(cursor, other, [key])).toBeUndefined();
    }
  });

  test("is refused after any change of any character", () => {
    const cursor = sealThingsCursor(200, scope, key);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, put) => {
        const altered = cursor.slice(0, at) + put + cursor.slice(at + 1);
        fc.pre(altered !== cursor);
        expect(openThingsCursor(altered, scope, [key])).toBeUndefined();
      }),
    );
  });
});
