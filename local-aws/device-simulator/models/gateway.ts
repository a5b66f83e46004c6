import { approach, createWander, round } from "../random.ts";
import { createSettings, isOneOf, isSwitch, type DeviceModel, type ModelOptions } from "./model.ts";

/** A site gateway: its processor works for the things connected to it, its memory climbs until it is collected. */
export function createGateway({ random, intervalSeconds }: ModelOptions): DeviceModel {
  const settings = createSettings<{ led: boolean; logLevel: string }>(
    { led: false, logLevel: "info" },
    { led: isSwitch, logLevel: isOneOf("error", "warn", "info", "debug") },
  );
  const jobs = createWander(random, { mean: 0, deviation: 4, tauSeconds: 20 });
  const link = createWander(random, { mean: 38, deviation: 6, tauSeconds: 40 });
  let cpu = 12;
  let memory = 38 + 10 * random();
  return {
    settings: settings.current,
    set: settings.set,
    intervalSeconds: () => intervalSeconds,
    step: (dtSeconds, world) => {
      const clients = world.connected.size;
      const logging = settings.current.logLevel === "debug" ? 14 : 0;
      cpu = approach(cpu, 6 + 1.1 * clients + logging + jobs.step(dtSeconds), dtSeconds, 8);
      memory += dtSeconds * 0.02 * (1 + clients / 20);
      if (memory > 78) memory = 41;
      return {
        cpu: round(Math.min(100, Math.max(0.5, cpu)), 1),
        memory: round(memory, 1),
        uplink: round(Math.max(4, link.step(dtSeconds)), 1),
        clients,
      };
    },
  };
}
