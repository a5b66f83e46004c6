import { createWander, round } from "../random.ts";
import { createSettings, isSwitch, isWithin, type DeviceModel, type ModelOptions } from "./model.ts";

/** A meter on one feeder of the site: it sees a share of what the site's machines draw, and the grid's voltage sagging under it. */
export function createMeter({ random, intervalSeconds }: ModelOptions): DeviceModel {
  const settings = createSettings<{ relay: boolean; reportIntervalSeconds: number }>(
    { relay: true, reportIntervalSeconds: intervalSeconds },
    { relay: isSwitch, reportIntervalSeconds: isWithin(1, 60) },
  );
  const share = 0.06 + 0.1 * random();
  const grid = createWander(random, { mean: 233.5, deviation: 1.4, tauSeconds: 90 });
  const small = createWander(random, { mean: 1.6, deviation: 0.35, tauSeconds: 60 });
  let energyKilowattHour = 12_000 + 40_000 * random();
  return {
    settings: settings.current,
    set: settings.set,
    intervalSeconds: () => settings.current.reportIntervalSeconds,
    step: (dtSeconds, world) => {
      const siteKilowatt = [...world.loadsKilowatt.values()].reduce((sum, kilowatt) => sum + kilowatt, 0);
      const kilowatt = settings.current.relay ? Math.max(0, share * siteKilowatt + small.step(dtSeconds)) : 0;
      const volt = grid.step(dtSeconds) - 0.035 * kilowatt;
      energyKilowattHour += (kilowatt * dtSeconds) / 3600;
      return {
        voltage: round(volt, 1),
        current: round((kilowatt * 1000) / (Math.sqrt(3) * volt * 0.93), 2),
        power: round(kilowatt, 3),
        energy: round(energyKilowattHour, 3),
      };
    },
  };
}
