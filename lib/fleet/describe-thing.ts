import type { Json, JsonObject } from "./thing.ts";
import {
  type AlarmLimits,
  type ControlSettings,
  type MetricSettings,
  type ThingTypeSettings,
  freeText,
  toggle,
} from "./thing-type-schema.ts";
import { THING_TYPES } from "./thing-types.ts";

const DEFAULT_INTERVAL_SECONDS = 10;
/** Written by devices to say why they refused; nobody sets it. */
const REPORT_ONLY_FIELDS = new Set(["lastError"]);

/** The two halves of a shadow that discovery looks at. */
export interface KnownState {
  desired: JsonObject;
  reported: JsonObject;
}

/** The settings of a thing type, or undefined when the settings file does not describe it. */
export function findThingType(thingType: string | null): ThingTypeSettings | undefined {
  return thingType !== null && Object.hasOwn(THING_TYPES, thingType) ? THING_TYPES[thingType] : undefined;
}

/** `supplyTemperature` -> `Supply temperature`; dots of nested fields become spaces. */
export function toLabel(field: string): string {
  const words = field
    .replaceAll(/[._-]+/g, " ")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .trim()
    .toLowerCase();
  return words === "" ? field : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The thing type's word for people. */
export function describeTypeLabel(thingType: string | null): string {
  return findThingType(thingType)?.label ?? (thingType === null ? "Device" : toLabel(thingType));
}

/** A metric's settings; one that is described nowhere gets its name and no unit. */
export function describeMetric(thingType: string | null, name: string): MetricSettings {
  const metrics = findThingType(thingType)?.metrics;
  if (metrics && Object.hasOwn(metrics, name) && metrics[name]) return metrics[name];
  return { label: toLabel(name), unit: "", decimals: 2 };
}

/** How often the thing is expected to report, in ms: its own attribute, its type's setting, or ten seconds. */
export function expectedIntervalMs(thingType: string | null, attributes: Readonly<Record<string, string>>): number {
  const own = Number(attributes.intervalSeconds);
  if (Number.isFinite(own) && own > 0 && own <= 86_400) return own * 1000;
  return (findThingType(thingType)?.intervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * 1000;
}

/** How bad a value is, or undefined when it is within its limits. */
export function alarmSeverity(value: number, limits: AlarmLimits | undefined): "warning" | "critical" | undefined {
  if (!limits) return undefined;
  const { criticalAbove, criticalBelow, warningAbove, warningBelow } = limits;
  if (value > (criticalAbove ?? Infinity) || value < (criticalBelow ?? -Infinity)) return "critical";
  if (value > (warningAbove ?? Infinity) || value < (warningBelow ?? -Infinity)) return "warning";
  return undefined;
}

/**
 * What may be switched on a thing, by field: as the settings file says, or for a type it does not describe, the fields its shadow
 * holds (desired and reported), each confirmed before it is sent because nobody has said what it does.
 */
export function describeControls(thingType: string | null, state: KnownState | null): Record<string, ControlSettings> {
  const described = findThingType(thingType);
  if (described) return described.controls;
  const fields = { ...leavesOf(state?.reported ?? {}), ...leavesOf(state?.desired ?? {}) };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) => {
      const control = REPORT_ONLY_FIELDS.has(field.split(".")[0] ?? "") ? undefined : discoverControl(field, value);
      return control ? [[field, control]] : [];
    }),
  );
}

function discoverControl(field: string, value: Json): ControlSettings | undefined {
  const label = toLabel(field);
  if (typeof value === "boolean") return toggle(label, { guard: "confirm" });
  if (typeof value === "string") return freeText(label);
  if (typeof value !== "number") return undefined;
  // Nothing says what is sensible, so only what JSON numbers can hold exactly is refused.
  const min = -Number.MAX_SAFE_INTEGER;
  return { kind: "number", label, guard: "confirm", timeoutSeconds: 10, min, max: Number.MAX_SAFE_INTEGER, step: 0, unit: "" };
}

/** A shadow field as people know it; `control` where the settings file says how its values are called. */
export interface FieldDescription {
  label: string;
  control?: ControlSettings;
}

/**
 * A field by the types of the things it was set on, any type when none is known. Types that call it or its values differently leave it
 * the words made of its name: a wrong word would be worse than a plain one.
 */
export function describeField(thingTypes: readonly string[], field: string): FieldDescription {
  const types = thingTypes.length > 0 ? thingTypes : Object.keys(THING_TYPES);
  const controls = types.flatMap((type) => {
    const known = findThingType(type)?.controls;
    return known && Object.hasOwn(known, field) && known[field] ? [known[field]] : [];
  });
  const control = agreedControl(controls);
  return control ? { label: control.label, control } : { label: toLabel(field) };
}

/** One control that stands for several of the same field: with the words they share, or with plain ones made of the field's name. */
export function commonControl(field: string, controls: readonly [ControlSettings, ...ControlSettings[]]): ControlSettings {
  const agreed = agreedControl(controls);
  if (agreed) return agreed;
  const [first] = controls;
  const label = toLabel(field);
  return first.kind === "boolean" ? { ...first, label, onLabel: "On", offLabel: "Off" } : { ...first, label };
}

function agreedControl([first, ...others]: readonly ControlSettings[]): ControlSettings | undefined {
  if (first === undefined || others.some((other) => wordsOf(other) !== wordsOf(first))) return undefined;
  if (first.kind !== "enum") return first;
  const options = [first, ...others].flatMap((each) => (each.kind === "enum" ? each.options : []));
  return { ...first, options: [...new Map(options.map((option) => [option.value, option])).values()] };
}

/** What a control and its values are called; an enum's words are found by value, so they may be pooled. */
function wordsOf(control: ControlSettings): string {
  const { kind, label } = control;
  if (kind === "boolean") return [kind, label, control.onLabel, control.offLabel].join("\n");
  return [kind, label, kind === "number" ? control.unit : ""].join("\n");
}

/** Scalars of a document by dotted path; arrays and keys that hold a dot have no path and are left out. */
export function leavesOf(document: JsonObject, prefix = ""): Record<string, Json> {
  const leaves: Record<string, Json> = {};
  for (const [key, value] of Object.entries(document)) {
    if (key.includes(".") || Array.isArray(value)) continue;
    const path = `${prefix}${key}`;
    if (typeof value === "object" && value !== null) Object.assign(leaves, leavesOf(value, `${path}.`));
    else leaves[path] = value;
  }
  return leaves;
}
