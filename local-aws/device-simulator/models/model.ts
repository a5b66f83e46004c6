import type { Random } from "../random.ts";

export type Scalar = number | boolean | string;

/** What a device measures of the plant around it, shared by the things of one site. */
export interface SiteWorld {
  /** 0..1: how much of the site's capacity is asked for now. */
  demand: number;
  ambientCelsius: number;
  /** Electrical power of each consumer of the site, in kW, as the meters see it. */
  readonly loadsKilowatt: Map<string, number>;
  /** Things of the site with a live connection. */
  readonly connected: Set<string>;
}

/** A device type's physics: settings in, readings out. */
export interface DeviceModel {
  /** The settings in force, as `reported` in the shadow. */
  readonly settings: Readonly<Record<string, Scalar>>;
  /** Takes a new setting, or answers why it cannot, in the device's words. */
  set(field: string, value: unknown): string | undefined;
  /** Moves the physics by `dtSeconds` and answers the readings. */
  step(dtSeconds: number, world: SiteWorld): Record<string, number>;
  /** Seconds between telemetry messages now. */
  intervalSeconds(): number;
}

export interface ModelOptions {
  readonly thingName: string;
  readonly random: Random;
  readonly intervalSeconds: number;
}

/** A setting's own check: answers the refusal, or nothing. */
export type SettingRule = (value: unknown) => string | undefined;

export const isSwitch: SettingRule = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

export function isWithin(min: number, max: number): SettingRule {
  return (value) => (typeof value === "number" && value >= min && value <= max ? undefined : `must be a number from ${min} to ${max}`);
}

export function isOneOf(...words: readonly string[]): SettingRule {
  return (value) => (typeof value === "string" && words.includes(value) ? undefined : `must be one of ${words.join(", ")}`);
}

/** Settings with their rules: an unknown field or a bad value is refused in words, anything else is taken. */
export function createSettings<Settings extends Record<string, Scalar>>(
  initial: Settings,
  rules: Readonly<Record<keyof Settings, SettingRule>>,
): { readonly current: Settings; set(field: string, value: unknown): string | undefined } {
  const current = { ...initial };
  return {
    current,
    set: (field, value) => {
      if (!Object.hasOwn(rules, field)) return `this device has no setting called ${field}`;
      const refusal = rules[field as keyof Settings](value);
      if (refusal === undefined) Object.assign(current, { [field]: value });
      return refusal === undefined ? undefined : `${field} ${refusal}`;
    },
  };
}
