import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { hasStopped, toIndexQueries } from "../../../lib/shadow/run.ts";
import { runCommandId } from "../../../lib/shadow/run-command-id.ts";

describe("a bulk run", () => {
  test("gives the same command id to the same try, and another to every other", () => {
    const run = { id: "run", attempt: 1 };
    expect(runCommandId(run, "a", 0)).toBe(runCommandId(run, "a", 0));
    const others = [runCommandId(run, "a", 1), runCommandId(run, "b", 0), runCommandId({ ...run, attempt: 2 }, "a", 0)];
    expect(new Set([runCommandId(run, "a", 0), ...others]).size).toBe(4);
    for (const id of others) expect(z.uuid().safeParse(id).success).toBe(true);
  });

  test("is stopped only when what was on its way at the stop has its own outcome", () => {
    expect(hasStopped({ status: "stopped", leaseUntilMs: 2_000 }, 1_000)).toBe(false);
    expect(hasStopped({ status: "stopped", leaseUntilMs: 2_000 }, 2_001)).toBe(true);
    expect(hasStopped({ status: "stopped" }, 1_000)).toBe(true);
  });

  test("asks the index in queries of at most twelve terms and a bounded length, each thing once", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9:_-]{1,128}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 60 }), (things) => {
        const queries = toIndexQueries(things);
        for (const query of queries) {
          expect(query.split(" OR ").length).toBeLessThanOrEqual(12);
          expect(query.length).toBeLessThanOrEqual(1000);
        }
        expect(queries.flatMap((query) => query.split(" OR "))).toEqual(things.map((thing) => `thingName:"${thing}"`));
      }),
    );
  });
});
