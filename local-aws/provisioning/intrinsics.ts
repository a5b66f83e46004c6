/** What references resolve to while a template is being provisioned. */
export interface Scope {
  /** `Ref` of a resource, a parameter or a pseudo parameter; undefined when there is none of that name. */
  ref(name: string): unknown;
  /** `Fn::GetAtt`; undefined when the resource or its attribute is not known. */
  attribute(logicalId: string, name: string): string | undefined;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
}

/** What `AWS::NoValue` resolves to: the property, or list entry, that holds it is left out. */
export const NO_VALUE = Symbol("AWS::NoValue");

type Resolve = (argument: unknown, scope: Scope) => unknown;

const FUNCTIONS: Readonly<Record<string, Resolve>> = {
  Ref: (argument, scope) => {
    const value = scope.ref(text(argument, "Ref"));
    if (value === undefined) throw new Error(`Ref to ${String(argument)}, which the template does not define`);
    return value;
  },
  "Fn::GetAtt": (argument, scope) => {
    const [logicalId = "", ...path] = typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt").map(String);
    return attribute(scope, logicalId, path.join("."));
  },
  "Fn::Sub": (argument, scope) => {
    const [template, given] = typeof argument === "string" ? [argument, {}] : list(argument, "Fn::Sub");
    const values = resolveIntrinsics(given, scope) as Record<string, unknown>;
    return text(template, "Fn::Sub").replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) =>
      literal === "!" ? `\${${name}}` : substituted(name.trim(), values, scope),
    );
  },
  "Fn::Join": (argument, scope) => {
    const [separator, parts] = resolvedList(argument, scope, "Fn::Join");
    return list(parts, "Fn::Join")
      .map((part) => text(part, "Fn::Join"))
      .join(text(separator, "Fn::Join"));
  },
  "Fn::Select": (argument, scope) => {
    const [index, values] = resolvedList(argument, scope, "Fn::Select");
    const chosen = list(values, "Fn::Select")[Number(index)];
    if (chosen === undefined) throw new Error(`Fn::Select: there is no element ${String(index)}`);
    return chosen;
  },
  "Fn::Split": (argument, scope) => {
    const [separator, value] = resolvedList(argument, scope, "Fn::Split");
    return text(value, "Fn::Split").split(text(separator, "Fn::Split"));
  },
  "Fn::Base64": (argument, scope) => Buffer.from(text(resolveIntrinsics(argument, scope), "Fn::Base64")).toString("base64"),
  "Fn::FindInMap": (argument, scope) => {
    const [map, first, second] = resolvedList(argument, scope, "Fn::FindInMap").map((part) => text(part, "Fn::FindInMap"));
    const value = scope.mapping(map ?? "", first ?? "", second ?? "");
    if (value === undefined) throw new Error(`Fn::FindInMap: ${[map, first, second].join(".")} is not in the template`);
    return value;
  },
  "Fn::If": (argument, scope) => {
    const [name, whenTrue, whenFalse] = list(argument, "Fn::If");
    return resolveIntrinsics(scope.condition(text(name, "Fn::If")) ? whenTrue : whenFalse, scope);
  },
  "Fn::Equals": (argument, scope) => {
    const [left, right] = resolvedList(argument, scope, "Fn::Equals");
    return left === right;
  },
};

/** The truth of one entry of `Conditions`, where `Condition` is a function too. */
export function resolveCondition(value: unknown, scope: Scope): boolean {
  const [[name, argument] = ["", undefined]] = Object.entries(value ?? {}) as [string, unknown][];
  if (name === "Condition") return scope.condition(text(argument, name));
  const isCombined = name === "Fn::And" || name === "Fn::Or" || name === "Fn::Not";
  if (!isCombined) return resolveIntrinsics(value, scope) === true;
  const parts = list(argument, name).map((part) => resolveCondition(part, scope));
  if (name === "Fn::Not") return parts[0] !== true;
  return name === "Fn::And" ? parts.every(Boolean) : parts.some(Boolean);
}

/** Puts values in place of every intrinsic function. Throws an Error that names a function it does not know. */
export function resolveIntrinsics(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => resolveIntrinsics(one, scope)).filter((one) => one !== NO_VALUE);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], ...more] = Object.entries(value);
  if (more.length === 0 && isFunctionName(name)) return resolveFunction(name, argument, scope);
  const resolved = Object.entries(value).map(([key, one]: [string, unknown]) => [key, resolveIntrinsics(one, scope)] as const);
  return Object.fromEntries(resolved.filter(([, one]) => one !== NO_VALUE));
}

function isFunctionName(key: string): boolean {
  return key === "Ref" || key.startsWith("Fn::");
}

function resolveFunction(name: string, argument: unknown, scope: Scope): unknown {
  const resolve = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (resolve === undefined) throw new Error(`intrinsic function ${name} is not understood by the local AWS`);
  return resolve(argument, scope);
}

/** Logical ids, parameters and pseudo parameters that a value refers to. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, argument]: [string, unknown]) => {
    if (key === "Ref" && typeof argument === "string") return [argument];
    if (key === "Fn::GetAtt") return [String(typeof argument === "string" ? argument.split(".")[0] : (argument as unknown[])[0])];
    if (key !== "Fn::Sub") return referencesIn(argument);
    const [template, given] = typeof argument === "string" ? [argument, {}] : (argument as unknown[]);
    const names = [...String(template).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = ""]) => name.trim().split(".")[0] ?? "");
    return [...names, ...referencesIn(given)];
  });
}

function substituted(name: string, values: Record<string, unknown>, scope: Scope): string {
  if (Object.hasOwn(values, name)) return text(values[name], "Fn::Sub");
  const [logicalId = "", ...path] = name.split(".");
  if (path.length > 0) return attribute(scope, logicalId, path.join("."));
  const value = scope.ref(name);
  if (value === undefined) throw new Error(`Fn::Sub of ${name}, which the template does not define`);
  return text(value, "Fn::Sub");
}

function attribute(scope: Scope, logicalId: string, name: string): string {
  const value = scope.attribute(logicalId, name);
  if (value === undefined) throw new Error(`Fn::GetAtt ${logicalId}.${name} is not understood by the local AWS`);
  return value;
}

function resolvedList(argument: unknown, scope: Scope, name: string): unknown[] {
  return list(argument, name).map((one) => resolveIntrinsics(one, scope));
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} needs a list`);
  return value as unknown[];
}

function text(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${name} needs a string`);
}
