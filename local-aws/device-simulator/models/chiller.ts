import { approach, createWander, round } from "../random.ts";
import { createSettings, isOneOf, isSwitch, isWithin, type DeviceModel, type ModelOptions } from "./model.ts";

const CAPACITY_KILOWATT = 180; // thermal
const LOOP_CELSIUS_PER_KILOWATT = 0.052; // return minus supply, at design flow
const EFFICIENCY: Readonly<Record<string, number>> = { eco: 4.6, normal: 3.9, boost: 3.1 };
const CAPACITY_SHARE: Readonly<Record<string, number>> = { eco: 0.75, normal: 1, boost: 1.15 };

/** A chiller that holds its supply temperature while its capacity lasts; switched off, the loop warms towards the room. */
export function createChiller({ thingName, random, intervalSeconds }: ModelOptions): DeviceModel {
  const settings = createSettings<{ power: boolean; setpoint: number; mode: string }>(
    { power: true, setpoint: 4 + Math.round(random() * 6) / 2, mode: "normal" },
    { power: isSwitch, setpoint: isWithin(2, 12), mode: isOneOf("eco", "normal", "boost") },
  );
  const heat = createWander(random, { mean: 0, deviation: 0.09, tauSeconds: 180 });
  let supplyCelsius = settings.current.setpoint + 1;
  return {
    settings: settings.current,
    set: settings.set,
    intervalSeconds: () => intervalSeconds,
    step: (dtSeconds, world) => {
      const { power, setpoint, mode } = settings.current;
      const heatKilowatt = CAPACITY_KILOWATT * Math.max(0.1, 0.35 + 0.45 * world.demand + heat.step(dtSeconds));
      const capacityKilowatt = power ? CAPACITY_KILOWATT * (CAPACITY_SHARE[mode] ?? 1) : 0;
      const pull = Math.max(0, supplyCelsius - setpoint) * 30;
      const coolingKilowatt = Math.min(capacityKilowatt, heatKilowatt + pull);
      const reachable = power ? setpoint + Math.max(0, heatKilowatt - capacityKilowatt) * 0.04 : world.ambientCelsius - 3;
      supplyCelsius = approach(supplyCelsius, reachable, dtSeconds, power ? 25 : 240);
      const kilowatt = power ? 2.2 + coolingKilowatt / (EFFICIENCY[mode] ?? 3.9) : 0.15;
      world.loadsKilowatt.set(thingName, kilowatt);
      return {
        supplyTemperature: round(supplyCelsius, 2),
        returnTemperature: round(supplyCelsius + LOOP_CELSIUS_PER_KILOWATT * coolingKilowatt, 2),
        load: round((coolingKilowatt / CAPACITY_KILOWATT) * 100, 1),
        power: round(kilowatt, 2),
      };
    },
  };
}
