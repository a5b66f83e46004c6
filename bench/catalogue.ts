import type { Bench } from "./bench.ts";
import { p10Credentials } from "./p10-credentials.ts";
import { p11Broker } from "./p11-broker.ts";
import { p14Cost } from "./p14-cost.ts";

/** Every bench in the order it runs: what needs the quietest machine comes before the whole stack is up. */
export const BENCHES: readonly Bench[] = [p14Cost, p11Broker, p10Credentials];

/** Goals of PERFORMANCE.md that nothing measures yet. */
export const LATER: readonly { readonly id: string; readonly reason: string }[] = [{ id: "P15", reason: "site frames do not exist yet" }];
