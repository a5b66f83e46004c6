import type { ControlSettings } from "../fleet/thing-type-schema.ts";
import { leavesOf } from "../fleet/describe-thing.ts";
import type { Json, JsonObject } from "../fleet/thing.ts";
import { fieldNames, isObject } from "./shadow-state.ts";

/** What is wrong with one field of a command, in words for the person who sent it. */
export interface FieldProblem {
  field: string;
  problem: string;
}

const TEXT_LENGTH_MAX = 256;
/** A step's grid is checked with this much room for binary fractions. */
const STEP_TOLERANCE = 1e-9;

/** Judges a patch against what may be switched on the thing; an empty list means it may be sent. */
export function findFieldProblems(patch: JsonObject, controls: Readonly<Record<string, ControlSettings>>): FieldProblem[] {
  const leaves = leavesOf(patch);
  const unreadable = fieldNames(patch).filter((field) => !Object.hasOwn(leaves, field));
  if (Object.keys(patch).length === 0) return [{ field: "patch", problem: "names no field" }];
  return [
    ...emptyBranches(patch).map((field) => ({ field, problem: "holds nothing" })),
    ...unreadable.map((field) => ({ field, problem: "is a list, or has a dot in its name" })),
    ...Object.entries(leaves).flatMap(([field, value]) => {
      const control = Object.hasOwn(controls, field) ? controls[field] : undefined;
      const problem = control ? findProblem(value, control) : "is not a control of this device";
      return problem === undefined ? [] : [{ field, problem }];
    }),
  ];
}

/** The longest of the fields' timeouts, in ms. */
export function timeoutMsOf(patch: JsonObject, controls: Readonly<Record<string, ControlSettings>>): number {
  const seconds = fieldNames(patch).map((field) => controls[field]?.timeoutSeconds ?? 0);
  return Math.max(1, ...seconds) * 1000;
}

function findProblem(value: Json, control: ControlSettings): string | undefined {
  switch (control.kind) {
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "enum":
      return control.options.some((option) => option.value === value)
        ? undefined
        : `must be one of ${control.options.map((option) => option.value).join(", ")}`;
    case "text":
      return typeof value === "string" && value.length <= TEXT_LENGTH_MAX
        ? undefined
        : `must be text of at most ${TEXT_LENGTH_MAX} characters`;
    case "number":
      return findNumberProblem(value, control);
  }
}

function findNumberProblem(value: Json, { min, max, step }: Extract<ControlSettings, { kind: "number" }>): string | undefined {
  if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) return `must be a number from ${min} to ${max}`;
  if (step <= 0) return undefined;
  const steps = (value - min) / step;
  return Math.abs(steps - Math.round(steps)) <= STEP_TOLERANCE * Math.max(1, Math.abs(steps))
    ? undefined
    : `must be a multiple of ${step} from ${min}`;
}

function emptyBranches(patch: JsonObject, prefix = ""): string[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    if (!isObject(value)) return [];
    return Object.keys(value).length === 0 ? [`${prefix}${key}`] : emptyBranches(value, `${prefix}${key}.`);
  });
}
