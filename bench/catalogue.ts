import type { Bench } from "./bench.ts";
import { p04LiveChart, p05Sparklines } from "./charts.ts";
import { p01Ingest } from "./p01-ingest.ts";
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
  p04LiveChart,
  p05Sparklines,
  p10Credentials,
  p07PublishToPixel,
  p12Toggle,
  p09FirstValue,
  p08JavaScript,
  p13Server,
];

/** Goals of PERFORMANCE.md that nothing measures yet. */
export const LATER: readonly { readonly id: string; readonly reason: string }[] = [
  { id: "P2", reason: "the page of 5,000 devices at 20,000 messages a second is not written yet" },
  { id: "P3", reason: "the 10,000-thing table against plain DOM is not written yet" },
  { id: "P6", reason: "the half hour of heap readings is not written yet; tests/unit holds the rings to 5.4 bytes a value" },
  { id: "P15", reason: "site frames do not exist yet" },
];
