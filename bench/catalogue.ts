import type { Bench } from "./bench.ts";
import { p04LiveChart, p05Sparklines } from "./charts.ts";
import { p01Ingest } from "./p01-ingest.ts";
import { p02Fleet } from "./p02-fleet.ts";
import { p03Table } from "./p03-table.ts";
import { p06Memory } from "./p06-memory.ts";
import { p07PublishToPixel } from "./p07-publish-to-pixel.ts";
import { p08JavaScript } from "./p08-javascript.ts";
import { p09FirstValue } from "./p09-first-value.ts";
import { p10Credentials } from "./p10-credentials.ts";
import { p11Broker } from "./p11-broker.ts";
import { p12Toggle } from "./p12-toggle.ts";
import { p13Server } from "./p13-server.ts";
import { p14Cost } from "./p14-cost.ts";

/** Every bench in the order it runs: what needs the quietest machine comes before the whole stack is up. */
export const BENCHES: readonly Bench[] = [
  p14Cost,
  p11Broker,
  p01Ingest,
  p02Fleet,
  p03Table,
  p04LiveChart,
  p05Sparklines,
  p06Memory,
  p10Credentials,
  p07PublishToPixel,
  p12Toggle,
  p09FirstValue,
  p08JavaScript,
  p13Server,
];

/** Goals of PERFORMANCE.md that nothing measures yet. */
export const LATER: readonly { readonly id: string; readonly reason: string }[] = [
  { id: "P15", reason: "later, by design: site frames do not exist yet" },
];
