import { findOperator } from "./policy-operators.ts";
import type { ContextReader } from "./policy-text.ts";

/** One `operator: { key: values }` entry, ready to be asked. */
export type ConditionTest = (context: ContextReader) => boolean;

export interface ConditionInput {
  /** As written, e.g. `ForAllValues:StringLikeIfExists`. */
  readonly operatorName: string;
  readonly key: string;
  readonly values: readonly string[];
  readonly effect: "Allow" | "Deny";
  readonly hasVariables: boolean;
}

/**
 * Compiles one condition. An operator that IAM does not document refuses: it never holds in an Allow and always in a Deny.
 * Source: IAM User Guide, "Condition operators" and "Set operators for multivalued context keys".
 */
export function compileCondition(input: ConditionInput): ConditionTest {
  const key = input.key.toLowerCase();
  const name = input.operatorName.toLowerCase();
  // Alone: AWS documents it neither with IfExists nor for sets.
  if (name === "null") return nullTest(key, input.values);
  const [, setName = "", baseName = "", ifExists] = /^(?:(foranyvalue|forallvalues):)?([a-z]+?)(ifexists)?$/.exec(name) ?? [];
  const operator = findOperator(baseName);
  if (operator === undefined) return () => input.effect === "Deny";
  const test = operator.compile(input.values, input.hasVariables);
  if (setName !== "") return setTest(key, setName === "forallvalues", test);
  const holdsWhenMissing = operator.isNegated || ifExists !== undefined;
  return (context) => {
    const value = context.get(key);
    if (value === undefined) return holdsWhenMissing;
    // A key with several values needs a set operator; without one the condition does not hold.
    return typeof value === "string" && test(value, context);
  };
}

function nullTest(key: string, values: readonly string[]): ConditionTest {
  const wanted = values.map((value) => value.toLowerCase());
  return (context) => wanted.includes(context.get(key) === undefined ? "true" : "false");
}

/** `ForAllValues` holds for a missing key, `ForAnyValue` does not; `IfExists` adds nothing to either. */
function setTest(key: string, isForAll: boolean, test: (value: string, context: ContextReader) => boolean): ConditionTest {
  return (context) => {
    const value = context.get(key);
    const values = typeof value === "string" ? [value] : (value ?? []);
    return isForAll ? values.every((one) => test(one, context)) : values.some((one) => test(one, context));
  };
}
