import { type ThingTypeSettings, choice, level, metric, toggle } from "./thing-type-schema.ts";

/**
 * The settings file: what each thing type measures and what may be switched on it.
 * Add a type here and every screen, every check and every command follows; a type not listed is discovered from its shadow.
 */
export const THING_TYPES: Readonly<Record<string, ThingTypeSettings>> = {
  pump: {
    label: "Pump",
    intervalSeconds: 2,
    keyMetrics: ["flow", "pressure", "vibration"],
    metrics: {
      flow: metric("Flow", "L/min", { range: { min: 0, max: 900 }, decimals: 0 }),
      pressure: metric("Pressure", "bar", { range: { min: 0, max: 10 }, decimals: 2, alarm: { warningAbove: 8.5, criticalAbove: 9.5 } }),
      temperature: metric("Motor temperature", "°C", { range: { min: 0, max: 100 }, alarm: { warningAbove: 75, criticalAbove: 90 } }),
      // Zone borders C and D of ISO 10816-3 for machines of this size.
      vibration: metric("Vibration", "mm/s", { range: { min: 0, max: 10 }, decimals: 2, alarm: { warningAbove: 4.5, criticalAbove: 7.1 } }),
      power: metric("Power", "kW", { range: { min: 0, max: 15 }, decimals: 2 }),
    },
    controls: {
      power: toggle("Pump", { guard: "confirm", onLabel: "Running", offLabel: "Stopped" }),
      speed: level("Speed", "%", { min: 0, max: 100, step: 1 }),
      mode: choice("Mode", { auto: "Auto", manual: "Manual", standby: "Standby" }, { guard: "confirm" }),
    },
  },
  chiller: {
    label: "Chiller",
    intervalSeconds: 5,
    keyMetrics: ["supplyTemperature", "returnTemperature", "load"],
    metrics: {
      supplyTemperature: metric("Supply", "°C", {
        range: { min: 0, max: 20 },
        alarm: { warningAbove: 14, criticalAbove: 17, criticalBelow: 0.5 },
      }),
      returnTemperature: metric("Return", "°C", { range: { min: 0, max: 25 }, alarm: { warningAbove: 20 } }),
      load: metric("Load", "%", { range: { min: 0, max: 100 }, decimals: 0 }),
      power: metric("Power", "kW", { range: { min: 0, max: 120 } }),
    },
    controls: {
      power: toggle("Chiller", { guard: "type-the-name", timeoutSeconds: 15 }),
      setpoint: level("Setpoint", "°C", { min: 2, max: 12, step: 0.5, guard: "confirm" }),
      mode: choice("Mode", { eco: "Eco", normal: "Normal", boost: "Boost" }),
    },
  },
  meter: {
    label: "Meter",
    intervalSeconds: 5,
    keyMetrics: ["power", "voltage", "energy"],
    metrics: {
      voltage: metric("Voltage", "V", {
        range: { min: 200, max: 260 },
        alarm: { criticalBelow: 207, warningBelow: 212, warningAbove: 248, criticalAbove: 253 },
      }),
      current: metric("Current", "A", { range: { min: 0, max: 250 } }),
      power: metric("Power", "kW", { range: { min: 0, max: 150 }, decimals: 2 }),
      energy: metric("Energy", "kWh", { decimals: 1 }),
    },
    controls: {
      relay: toggle("Relay", { guard: "type-the-name", onLabel: "Closed", offLabel: "Open" }),
      reportIntervalSeconds: level("Report every", "s", { min: 1, max: 60, step: 1 }),
    },
  },
  gateway: {
    label: "Gateway",
    intervalSeconds: 10,
    keyMetrics: ["cpu", "memory", "uplink"],
    metrics: {
      cpu: metric("CPU", "%", { range: { min: 0, max: 100 }, alarm: { warningAbove: 90 } }),
      memory: metric("Memory", "%", { range: { min: 0, max: 100 }, alarm: { warningAbove: 90, criticalAbove: 97 } }),
      uplink: metric("Uplink", "ms", { range: { min: 0, max: 500 }, decimals: 0, alarm: { warningAbove: 300 } }),
      clients: metric("Clients", "", { decimals: 0 }),
    },
    controls: {
      led: toggle("Locate light"),
      logLevel: choice("Log level", { error: "Error", warn: "Warn", info: "Info", debug: "Debug" }),
    },
  },
  host: {
    label: "Host",
    intervalSeconds: 2,
    keyMetrics: ["cpu", "memory", "load1"],
    metrics: {
      cpu: metric("CPU", "%", { range: { min: 0, max: 100 }, alarm: { warningAbove: 95 } }),
      memory: metric("Memory", "%", { range: { min: 0, max: 100 }, alarm: { warningAbove: 90, criticalAbove: 97 } }),
      load1: metric("Load, 1 min", "", { decimals: 2 }),
      disk: metric("Disk", "%", { range: { min: 0, max: 100 }, alarm: { warningAbove: 85, criticalAbove: 95 } }),
      rx: metric("Received", "kB/s", {}),
      tx: metric("Sent", "kB/s", {}),
    },
    controls: {
      paused: toggle("Readings", { onLabel: "Paused", offLabel: "Running" }),
      intervalSeconds: level("Report every", "s", { min: 1, max: 60, step: 1 }),
    },
  },
};
