import { approach, createWander, gaussian, round } from "../random.ts";
import { createSettings, isOneOf, isSwitch, isWithin, type DeviceModel, type ModelOptions } from "./model.ts";

const FLOW_AT_FULL_SPEED = 820; // L/min
const SHUTOFF_PRESSURE = 7.4; // bar at full speed, no flow
const STATIC_PRESSURE = 0.9; // bar the network holds with the pump standing still
const MOTOR_KILOWATT = 11;
const CRITICAL_SPEED = 0.63; // where the shaft resonates

/** A centrifugal pump on the affinity laws: flow ~ n, head ~ n², power ~ n³, with a motor that warms and a shaft that resonates. */
export function createPump({ thingName, random, intervalSeconds }: ModelOptions): DeviceModel {
  const settings = createSettings<{ power: boolean; speed: number; mode: string }>(
    { power: true, speed: round(55 + 30 * random(), 0), mode: "auto" },
    { power: isSwitch, speed: isWithin(0, 100), mode: isOneOf("auto", "manual", "standby") },
  );
  const wear = 0.6 + 1.1 * random();
  const valve = createWander(random, { mean: 0, deviation: 0.06, tauSeconds: 45 });
  let speed = 0;
  let motorCelsius = 24;
  return {
    settings: settings.current,
    set: settings.set,
    intervalSeconds: () => intervalSeconds,
    step: (dtSeconds, world) => {
      const { power, speed: percent, mode } = settings.current;
      const asked = !power || mode === "standby" ? 0 : mode === "auto" ? (percent / 100) * (0.72 + 0.28 * world.demand) : percent / 100;
      speed = approach(speed, asked, dtSeconds, 2.5);
      const flow = Math.max(0, FLOW_AT_FULL_SPEED * speed * (0.78 + 0.22 * world.demand + valve.step(dtSeconds)));
      const head = SHUTOFF_PRESSURE * speed ** 2 - 2.6 * (flow / FLOW_AT_FULL_SPEED) ** 2 * speed;
      const kilowatt = speed < 0.01 ? 0.02 : 0.35 + MOTOR_KILOWATT * speed ** 3 * (0.8 + 0.2 * world.demand);
      motorCelsius = approach(motorCelsius, world.ambientCelsius + 3.6 * kilowatt, dtSeconds, 140);
      const resonance = 2.8 * Math.exp(-(((speed - CRITICAL_SPEED) / 0.05) ** 2));
      const vibration = speed < 0.01 ? 0.05 : wear * (0.7 + 1.6 * speed) + resonance + 0.08 * gaussian(random);
      world.loadsKilowatt.set(thingName, kilowatt);
      return {
        flow: round(flow, 1),
        pressure: round(Math.max(0, STATIC_PRESSURE + head), 2),
        temperature: round(motorCelsius, 1),
        vibration: round(Math.max(0.02, vibration), 2),
        power: round(kilowatt, 2),
      };
    },
  };
}
