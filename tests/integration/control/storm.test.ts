import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditLog } from "../../../lib/shadow/audit-log.server.ts";
import { type AuditRow, OPEN_STATUSES } from "../../../lib/shadow/audit-row.ts";
import { hasBuild } from "../../support/app.ts";
import { auditFindings } from "./support/audit-findings.ts";
import { eventually } from "./support/control-world.ts";
import { type LiveDeck, startLiveDeck } from "./support/live-deck.ts";
import { type ShadowWitness, startShadowWitness } from "./support/shadow-witness.ts";
import { isNotTaken, runStorm } from "./support/storm.ts";
import { createTestDevice, type TestDevice } from "./support/test-device.ts";

/** STORM_COMMANDS=1000 STORM_SEED=7 makes it longer and other; what is kept short here runs with every change. */
const COMMANDS = Number(process.env.STORM_COMMANDS ?? 120);
const SEED = Number(process.env.STORM_SEED ?? 1);
const THINGS = Array.from({ length: 8 }, (_, at) => `ridge-pump-${at + 70}`);

describe.skipIf(!hasBuild)("random commands and faults (needs a build)", () => {
  let deck: LiveDeck;
  let witness: ShadowWitness;
  let devices: TestDevice[];

  beforeAll(async () => {
    deck = await startLiveDeck();
    witness = await startShadowWitness(deck.info);
    devices = await Promise.all(THINGS.map((thing) => createTestDevice(deck, thing)));
  });
  afterAll(async () => {
    await Promise.all(devices.map((device) => device.unplug()));
    await witness.close();
    await deck.close();
  });

  test(
    "leave one row per version of desired, an outcome in every row, and no claim that the device did not make",
    { timeout: 900_000 },
    async () => {
      const admins = await Promise.all(["ada", "adam"].map((name) => deck.signIn(name)));
      const operator = await deck.signIn("rita");
      const startedMs = Date.now();
      const storm = await runStorm({ deck, devices, admins, operator, commandCount: COMMANDS, seed: SEED });
      const stormMs = Date.now() - startedMs;
      await passTime();
      const rows = new Map(await Promise.all(THINGS.map(async (thing) => [thing, await allRows(thing)] as const)));
      const findings = devices.flatMap(({ thing, diary }) =>
        auditFindings({ thing, rows: rows.get(thing) ?? [], versions: witness.seen.get(thing) ?? new Map(), diary, asked: storm.asked }),
      );
      const all = [...rows.values()].flat();
      const answers = countBy(storm.asked, ({ answer }) => `${answer.status} ${answer.body.error?.code ?? ""}`);
      const figures = {
        asked: storm.asked.length,
        seed: SEED,
        stormMs,
        faults: storm.faultCounts,
        outcomes: countBy(all, ({ status }) => status),
        answers,
      };
      if (process.env.STORM_COMMANDS) process.stdout.write(`${JSON.stringify(figures, null, 1)}\n`);
      expect(findings).toEqual([]);
      expect(storm.asked.filter((asked) => !isNotTaken(asked)).length).toBeGreaterThanOrEqual(COMMANDS);
      expect(new Set(all.map(({ status }) => status)).size).toBeGreaterThan(5);
    },
  );

  /** The schedule, twice and more: what is overdue, and what the function could not be told or could not do the round before. */
  async function passTime(): Promise<void> {
    let open: AuditRow[] = [];
    for (let round = 1; round <= 6; round += 1) {
      await deck.aws.control("clock", { offsetMs: round * 150_000 });
      const isSettled = ({ status }: AuditRow) => status === "timed-out";
      const look = async () => (open = (await Promise.all(THINGS.map(allRows))).flat().filter(({ status }) => OPEN_STATUSES.has(status)));
      const hasSettled = await eventually(look, (rows) => rows.every(isSettled), 20_000).then(
        () => true,
        () => false,
      );
      if (hasSettled && round > 1) return;
    }
    expect(open.filter(({ status }) => status !== "timed-out")).toEqual([]);
  }
});

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

async function allRows(thing: string): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  let beforeAt: string | undefined;
  do {
    const page = await auditLog().listPage({ index: "by-thing", partition: thing, beforeAt, limit: 200 });
    rows.push(...page.rows);
    beforeAt = page.lastAt;
  } while (beforeAt !== undefined);
  return rows;
}
