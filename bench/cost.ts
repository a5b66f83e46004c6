import { HISTORY_DAYS, HISTORY_WINDOW } from "../lib/history/history-window.ts";

const WRITE_DOLLARS = 0.625;
const FUNCTION_CALL_DOLLARS = 0.2 + 0.128 * 0.05 * 16.67; // 128 MB for 50 ms on top of the request
/** A row of history is the payload in base64 with its keys. */
const HISTORY_ROW_KB = 0.35;

/**
 * Public list prices, us-east-1, in US dollars, as we know them in November 2026 (AWS IoT Core, IoT Device Management,
 * DynamoDB on-demand, Lambda and Cognito price pages). First price tier only, no free tier: the sum errs upwards.
 */
const DOLLARS_PER_MILLION = {
  connectionMinutes: 0.08,
  messages: 1.0,
  shadowOperations: 1.25,
  ruleTriggersAndActions: 0.15,
  indexUpdates: 2.25,
  dynamoWrites: WRITE_DOLLARS,
  dynamoReads: 0.125,
  functionCalls: FUNCTION_CALL_DOLLARS,
  alarmSightings: FUNCTION_CALL_DOLLARS + WRITE_DOLLARS,
  historyRowsStored: HISTORY_ROW_KB * (0.25 + 0.2), // the table, and its point-in-time recovery, per GB and month
} as const;

const MINUTES_A_MONTH = 43_800;
const SECONDS_A_MONTH = MINUTES_A_MONTH * 60;
const HISTORY_ROWS_MAX = HISTORY_DAYS * 1_440;
/** A plant with more alarms than this has other worries. */
const BEYOND_LIMIT_SHARE = 1 / 1_000;

/** What a fleet and its watchers do; the defaults are a plant with shifts. */
export interface Usage {
  readonly deviceCount: number;
  /** Seconds between telemetry messages of one device. */
  readonly intervalSeconds: number;
  readonly shadowChangesPerDeviceDay: number;
  readonly reconnectsPerDeviceDay: number;
  /** Dashboards open at the same time, on average over the month. */
  readonly screensOpen: number;
  /** Rows each of them has on screen. */
  readonly rowsOnScreen: number;
}

export interface CostLine {
  readonly what: string;
  readonly arithmetic: string;
  readonly millionsAMonth: number;
  readonly dollarsAMonth: number;
}

/** Monthly cost by line, each with its arithmetic. A message counts once in and once for each screen it is delivered to. */
export function monthlyCost(usage: Usage): readonly CostLine[] {
  const { deviceCount, intervalSeconds, shadowChangesPerDeviceDay, reconnectsPerDeviceDay, screensOpen, rowsOnScreen } = usage;
  const days = SECONDS_A_MONTH / 86_400;
  const changes = deviceCount * shadowChangesPerDeviceDay * days;
  const presence = deviceCount * reconnectsPerDeviceDay * days * 2;
  const rows = Math.min(rowsOnScreen, deviceCount);
  const line = (what: string, arithmetic: string, count: number, price: keyof typeof DOLLARS_PER_MILLION): CostLine => ({
    what,
    arithmetic,
    millionsAMonth: count / 1e6,
    dollarsAMonth: (count / 1e6) * DOLLARS_PER_MILLION[price],
  });
  return [
    line("connections", "(devices + screens) x 43,800 min", (deviceCount + screensOpen) * MINUTES_A_MONTH, "connectionMinutes"),
    line("telemetry in", "devices x 2,628,000 s / interval", (deviceCount * SECONDS_A_MONTH) / intervalSeconds, "messages"),
    line(
      "telemetry to screens",
      "screens x rows x 2,628,000 s / interval",
      (screensOpen * rows * SECONDS_A_MONTH) / intervalSeconds,
      "messages",
    ),
    // A shadow update by a device counts as four inbound publishes; the republished copy goes out to each screen.
    line("shadow messages", "changes x (2 x 4 + 2 republished + 2 x screens)", changes * (10 + 2 * screensOpen), "messages"),
    line("presence messages", "events x (1 republished + screens)", presence * (1 + screensOpen), "messages"),
    line("shadow operations", "changes x (desired + reported)", changes * 2, "shadowOperations"),
    line(
      "rules",
      "(changes x 2 x 2 rules + events) x (trigger + action) + changes x 2 triggers",
      (changes * 4 + presence) * 2 + changes * 2,
      "ruleTriggersAndActions",
    ),
    line("fleet index updates", "changes x 2 + events", changes * 2 + presence, "indexUpdates"),
    line("outcome function", "changes x 2", changes * 2, "functionCalls"),
    // Put, accepted, confirmed: each is a write of its indexes as well, and a changed key is two. The thing's item names the row and forgets it.
    line("audit rows", "changes x (row 3 + its indexes 10 + the thing's item 2)", changes * 15, "dynamoWrites"),
    ...pastLines(line, { deviceCount, messages: (deviceCount * SECONDS_A_MONTH) / intervalSeconds }),
  ];
}

type Line = (what: string, arithmetic: string, count: number, price: keyof typeof DOLLARS_PER_MILLION) => CostLine;

/** What history and alarms add. Both rules are triggered by every message; few cost an action. */
function pastLines(line: Line, { deviceCount, messages }: { deviceCount: number; messages: number }): readonly CostLine[] {
  const kept = (messages * HISTORY_WINDOW.lengthMs) / HISTORY_WINDOW.periodMs;
  const beyond = messages * BEYOND_LIMIT_SHARE;
  return [
    line("history: rule", "messages x (trigger + 10/53 x action)", messages + kept, "ruleTriggersAndActions"),
    line("history: rows written", "messages x 10/53", kept, "dynamoWrites"),
    line("history: rows stored", "devices x one a minute x 30 days", Math.min(kept, deviceCount * HISTORY_ROWS_MAX), "historyRowsStored"),
    line("alarms: rule", "messages x (trigger + 1/1,000 x action)", messages + beyond, "ruleTriggersAndActions"),
    line("alarms: function and rows", "messages x 1/1,000", beyond, "alarmSightings"),
  ];
}

const FLEETS = [1_000, 10_000, 100_000];
const INTERVALS_SECONDS = [10, 60];

/** The table of docs/costs.md, as Markdown. */
export function costTable(): string {
  const usage = { shadowChangesPerDeviceDay: 10, reconnectsPerDeviceDay: 2, screensOpen: 5, rowsOnScreen: 30 };
  return INTERVALS_SECONDS.map((intervalSeconds) => {
    const columns = FLEETS.map((deviceCount) => monthlyCost({ ...usage, deviceCount, intervalSeconds }));
    const rows = (columns[0] ?? []).map(({ what, arithmetic }, row) => {
      const cells = columns.map((column) => dollars(column[row]?.dollarsAMonth ?? 0));
      return `| ${what} | ${arithmetic} | ${cells.join(" | ")} |`;
    });
    const totals = columns.map((column) => `**${dollars(column.reduce((sum, { dollarsAMonth }) => sum + dollarsAMonth, 0))}**`);
    return [
      `### One message a device every ${intervalSeconds} s`,
      "",
      `| what, per month | arithmetic | ${FLEETS.map((count) => `${count.toLocaleString("en")} devices`).join(" | ")} |`,
      `| --- | --- | ${FLEETS.map(() => "---:").join(" | ")} |`,
      ...rows,
      `| **sum** | | ${totals.join(" | ")} |`,
    ].join("\n");
  }).join("\n\n");
}

function dollars(amount: number): string {
  return `$${amount < 100 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en")}`;
}

if (import.meta.main) process.stdout.write(`${costTable()}\n`);
