import type { Spread } from "./statistics.ts";

/** What is aimed at (PERFORMANCE.md, Goals). */
export interface Goal {
  readonly must: number;
  readonly stretch?: number;
  readonly better: "higher" | "lower";
}

/** One number of a run, with its unit and, where it is a median of rounds, their spread. */
export interface Reading {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  readonly rounds?: readonly number[];
  readonly goal?: Goal;
}

/** `reported` has no goal to be held against. */
export type Verdict = "stretch" | "met" | "missed" | "reported" | "not measured";

/** What one bench gives back. */
export interface Outcome {
  readonly figures: readonly Reading[];
  readonly ratios: readonly Reading[];
  /** How it was measured, where that is not plain. */
  readonly notes: readonly string[];
  /** What PERFORMANCE.md asks for and this run did not measure, each with its reason. */
  readonly notMeasured: readonly string[];
  /** Tables and the like, for the JSON file only. */
  readonly details?: unknown;
}

export interface JudgedOutcome extends Outcome {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly seconds: number;
}

export function reading(what: string, unit: string, value: number | Spread, goal?: Goal): Reading {
  const spread = typeof value === "number" ? { value } : { value: value.median, min: value.min, max: value.max, rounds: value.rounds };
  return { what, unit, ...spread, ...(goal === undefined ? {} : { goal }) };
}

const RANK: readonly Verdict[] = ["stretch", "met", "missed"];

/** How a reading stands to its goal. */
export function judge({ value, goal }: Pick<Reading, "value" | "goal">): Verdict {
  if (goal === undefined) return "reported";
  const reaches = (limit: number | undefined) => limit !== undefined && (goal.better === "higher" ? value >= limit : value <= limit);
  if (reaches(goal.stretch)) return "stretch";
  return reaches(goal.must) ? "met" : "missed";
}

/** The worst of the readings that have a goal. */
export function verdictOf({ figures, ratios }: Pick<Outcome, "figures" | "ratios">): Verdict {
  const readings = [...figures, ...ratios];
  if (readings.length === 0) return "not measured";
  const ranks = readings.map((each) => RANK.indexOf(judge(each))).filter((rank) => rank >= 0);
  return ranks.length === 0 ? "reported" : (RANK[Math.max(...ranks)] ?? "reported");
}

/** The reading that tells most about a bench: of those with a goal the one that does worst by it, else the first. */
export function headlineOf({ figures, ratios }: Pick<Outcome, "figures" | "ratios">): Reading | undefined {
  const readings = [...ratios, ...figures];
  const worst = RANK.toReversed().find((verdict) => readings.some((each) => judge(each) === verdict));
  return readings.find((each) => judge(each) === worst) ?? readings[0];
}

/** An outcome that says only why there is none. */
export function notMeasured(...reasons: string[]): Outcome {
  return { figures: [], ratios: [], notes: [], notMeasured: reasons };
}

/** One whole run, as written to JSON. */
export interface RunReport {
  readonly startedAt: string;
  readonly seconds: number;
  readonly isQuick: boolean;
  readonly machine: string;
  /** Load average of the last minute. */
  readonly load: { readonly before: number; readonly after: number };
  readonly outcomes: readonly JudgedOutcome[];
  /** Goals that nothing measures yet. */
  readonly later: readonly { readonly id: string; readonly reason: string }[];
}
