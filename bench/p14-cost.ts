import type { Bench } from "./bench.ts";
import { costTable, monthlyCost } from "./cost.ts";
import { reading } from "./outcome.ts";

const PLANT = { intervalSeconds: 10, shadowChangesPerDeviceDay: 10, reconnectsPerDeviceDay: 2, screensOpen: 5, rowsOnScreen: 30 };

/** Arithmetic, not a measurement; the whole table with its lines is in docs/costs.md and in the JSON file. */
export const p14Cost: Bench = {
  id: "P14",
  title: "Monthly cost on AWS, one message a device every 10 s, five screens open",
  run: () => {
    const sums = [1_000, 10_000, 100_000].map((deviceCount) => {
      const lines = monthlyCost({ ...PLANT, deviceCount });
      return { deviceCount, lines, dollars: lines.reduce((sum, { dollarsAMonth }) => sum + dollarsAMonth, 0) };
    });
    return Promise.resolve({
      figures: sums.map(({ deviceCount, dollars }) =>
        reading(`${deviceCount.toLocaleString("en")} devices`, "$/month", Math.round(dollars)),
      ),
      ratios: [],
      notes: ["Public list prices as written in bench/cost.ts, first tier, no free tier."],
      notMeasured: [],
      details: { sums, markdown: costTable() },
    });
  },
};
