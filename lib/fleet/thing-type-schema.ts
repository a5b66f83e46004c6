/** How a number looks and when it needs a person. Limits are in the metric's own unit. */
export interface MetricSettings {
  label: string;
  unit: string;
  /** The range that a gauge spans; values outside it are still shown. */
  range?: { min: number; max: number };
  decimals: number;
  alarm?: AlarmLimits;
}

/** A value beyond a limit is in alarm at that severity. */
export interface AlarmLimits {
  warningAbove?: number;
  criticalAbove?: number;
  warningBelow?: number;
  criticalBelow?: number;
}

/** What a press asks for before it is sent: nothing, a yes, or the thing's name typed out. */
export type Guard = "none" | "confirm" | "type-the-name";

interface ControlBase {
  label: string;
  guard: Guard;
  /** How long the device may take to report before the command counts as timed out. */
  timeoutSeconds: number;
}

/** One field of the shadow that an admin may set. */
export type ControlSettings =
  | (ControlBase & { kind: "boolean"; onLabel: string; offLabel: string })
  | (ControlBase & { kind: "number"; min: number; max: number; step: number; unit: string })
  | (ControlBase & { kind: "enum"; options: { value: string; label: string }[] })
  /** Found in a shadow and described nowhere: only its JSON type is known. */
  | (ControlBase & { kind: "text" });

/** Everything the product knows about one thing type. */
export interface ThingTypeSettings {
  label: string;
  /** How often a thing of the type reports unless its attribute `intervalSeconds` says otherwise. */
  intervalSeconds: number;
  /** Shown in rows, in this order. */
  keyMetrics: string[];
  metrics: Record<string, MetricSettings>;
  controls: Record<string, ControlSettings>;
}

const DEFAULT_TIMEOUT_SECONDS = 10;

type Choices = { guard?: Guard; timeoutSeconds?: number };

const base = (label: string, { guard = "none", timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: Choices = {}): ControlBase => ({
  label,
  guard,
  timeoutSeconds,
});

/** A metric's settings in one line. */
export function metric(label: string, unit: string, rest: Partial<Omit<MetricSettings, "label" | "unit">> = {}): MetricSettings {
  return { label, unit, decimals: 1, ...rest };
}

/** A switch. */
export function toggle(label: string, choices: Choices & { onLabel?: string; offLabel?: string } = {}): ControlSettings {
  return { ...base(label, choices), kind: "boolean", onLabel: choices.onLabel ?? "On", offLabel: choices.offLabel ?? "Off" };
}

/** A number with its range; `step` is also the grid that values must lie on. */
export function level(label: string, unit: string, range: Choices & { min: number; max: number; step: number }): ControlSettings {
  const { min, max, step } = range;
  return { ...base(label, range), kind: "number", min, max, step, unit };
}

/** One of a few words. */
export function choice(label: string, options: Record<string, string>, choices: Choices = {}): ControlSettings {
  return { ...base(label, choices), kind: "enum", options: Object.entries(options).map(([value, word]) => ({ value, label: word })) };
}

/** A field of unknown meaning that holds text. */
export function freeText(label: string): ControlSettings {
  return { ...base(label, { guard: "confirm" }), kind: "text" };
}
