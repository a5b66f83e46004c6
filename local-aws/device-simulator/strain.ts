import { approach, round } from "./random.ts";
import type { ThingType } from "./fleet-plan.ts";
import type { DeviceModel } from "./models/model.ts";

/** What a machine that is driven too hard adds to its readings: enough to break the product's limits, and still a machine. */
const STRAIN: Readonly<Record<ThingType, Readonly<Record<string, number>>>> = {
  pump: { vibration: 6, temperature: 48, power: 2.5 },
  chiller: { supplyTemperature: 12, returnTemperature: 12, load: 15 },
  meter: { voltage: -30, current: 25 },
  gateway: { cpu: 70, memory: 35, uplink: 320 },
};
const SHARES = new Set(["load", "cpu", "memory"]);
const TAU_SECONDS = 4;

/** The machine with an overload that builds up while it is asked for, and dies away, within seconds. */
export function strained(thingType: ThingType, machine: DeviceModel, isOverloaded: () => boolean): DeviceModel {
  let level = 0;
  return {
    ...machine,
    step: (dtSeconds, world) => {
      const readings = machine.step(dtSeconds, world);
      level = approach(level, isOverloaded() ? 1 : 0, dtSeconds, TAU_SECONDS);
      if (level < 0.01) return readings;
      const more = Object.entries(readings).map(([metric, value]) => {
        const sum = value + level * (STRAIN[thingType][metric] ?? 0);
        return [metric, round(SHARES.has(metric) ? Math.min(100, sum) : sum, 2)] as const;
      });
      return Object.fromEntries(more);
    },
  };
}
