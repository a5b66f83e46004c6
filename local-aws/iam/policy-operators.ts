import { BlockList, isIP } from "node:net";
import { compileText, type ContextReader, type PolicyText } from "./policy-text.ts";

/** Does one value of the request satisfy the operator against all values of the policy? */
export type ValueTest = (value: string, context: ContextReader) => boolean;

export interface Operator {
  /** `…Not…` operators are true when the key is missing, and compare with none instead of any of the policy's values. */
  readonly isNegated: boolean;
  compile(policyValues: readonly string[], hasVariables: boolean): ValueTest;
}

/** One policy value against one request value; undefined when either is not of the operator's type, which never matches. */
type Comparison = (policyValue: string, hasVariables: boolean) => (value: string, context: ContextReader) => boolean | undefined;

function pair(name: string, negatedName: string, comparison: Comparison): [string, Operator][] {
  const operator = (isNegated: boolean): Operator => ({
    isNegated,
    compile: (policyValues, hasVariables) => {
      const tests = policyValues.map((policyValue) => comparison(policyValue, hasVariables));
      return isNegated
        ? (value, context) => tests.every((test) => test(value, context) === false)
        : (value, context) => tests.some((test) => test(value, context) === true);
    },
  });
  return [[name, operator(false)], ...(negatedName === "" ? [] : [[negatedName, operator(true)] as [string, Operator]])];
}

function resolved(compare: (policyValue: string, value: string) => boolean | undefined): Comparison {
  return (policyValue, hasVariables) => {
    const text = compileText(policyValue, hasVariables);
    return (value, context) => {
      const wanted = text.resolve(context);
      return wanted === undefined ? undefined : compare(wanted, value);
    };
  };
}

const like: Comparison = (policyValue, hasVariables) => {
  const text = compileText(policyValue, hasVariables);
  return (value, context) => (text.resolve(context) === undefined ? undefined : text.isLike(value, context));
};

function parsed(parse: (text: string) => number | undefined, compare: (policy: number, request: number) => boolean): Comparison {
  return (policyValue) => {
    const wanted = parse(policyValue);
    return (value) => {
      const actual = parse(value);
      return wanted === undefined || actual === undefined ? undefined : compare(wanted, actual);
    };
  };
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** A whole number is epoch seconds; anything else must be one of the W3C's ISO 8601 profiles. */
function parseDate(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text) * 1000;
  const isIso = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?$/.test(text);
  // Without a zone the time is UTC; Date.parse alone would take it for the machine's.
  const epochMs = isIso ? Date.parse(text.includes("T") && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : text) : Number.NaN;
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === "true" || lower === "false" ? lower === "true" : undefined;
}

const inNetwork: Comparison = (policyValue) => {
  const network = compileNetwork(policyValue);
  return (value) => {
    const family = isIP(value);
    if (network === undefined || family === 0) return undefined;
    // BlockList also finds an IPv4 address in IPv6 ranges, as ::ffff:a.b.c.d; IAM's ranges are of one family.
    return family === network.family && network.list.check(value, family === 4 ? "ipv4" : "ipv6");
  };
};

function compileNetwork(cidr: string): { list: BlockList; family: number } | undefined {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
  const family = isIP(address);
  const prefixMax = family === 4 ? 32 : 128;
  const length = prefix === undefined ? prefixMax : Number(prefix);
  if (family === 0 || length > prefixMax) return undefined;
  const list = new BlockList();
  list.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  return { list, family };
}

/** Each of the six parts of an ARN on its own, so that a `*` never reaches over a colon before the resource. */
const arn: Comparison = (policyValue, hasVariables) => {
  const parts = splitArn(policyValue)?.map((part) => compileText(part, hasVariables));
  return (value, context) => {
    const actual = splitArn(value);
    if (parts === undefined || actual === undefined) return undefined;
    const [service, name] = [parts.slice(0, 5), parts.slice(5)];
    if (service.some((part) => part.resolve(context) === undefined)) return undefined;
    if (!matchesParts(service, actual, context)) return false;
    return name[0]?.resolve(context) === undefined ? undefined : matchesParts(name, actual.slice(5), context);
  };
};

/** `arn`, partition, service, region, account, resource; undefined for anything else. */
export function splitArn(text: string): string[] | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const parts: string[] = [];
  let from = 0;
  while (parts.length < 5) {
    const colon = text.indexOf(":", from);
    if (colon < 0) return undefined;
    parts.push(text.slice(from, colon));
    from = colon + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

export function matchesParts(patterns: readonly PolicyText[], parts: readonly string[], context: ContextReader): boolean {
  return patterns.every((pattern, index) => pattern.isLike(parts[index] ?? "", context));
}

const OPERATORS = new Map<string, Operator>(
  [
    ...pair(
      "StringEquals",
      "StringNotEquals",
      resolved((wanted, value) => wanted === value),
    ),
    ...pair(
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
      resolved((wanted, value) => wanted.toLowerCase() === value.toLowerCase()),
    ),
    ...pair("StringLike", "StringNotLike", like),
    ...pair(
      "NumericEquals",
      "NumericNotEquals",
      parsed(parseNumber, (policy, request) => request === policy),
    ),
    ...pair(
      "NumericLessThan",
      "",
      parsed(parseNumber, (policy, request) => request < policy),
    ),
    ...pair(
      "NumericLessThanEquals",
      "",
      parsed(parseNumber, (policy, request) => request <= policy),
    ),
    ...pair(
      "NumericGreaterThan",
      "",
      parsed(parseNumber, (policy, request) => request > policy),
    ),
    ...pair(
      "NumericGreaterThanEquals",
      "",
      parsed(parseNumber, (policy, request) => request >= policy),
    ),
    ...pair(
      "DateEquals",
      "DateNotEquals",
      parsed(parseDate, (policy, request) => request === policy),
    ),
    ...pair(
      "DateLessThan",
      "",
      parsed(parseDate, (policy, request) => request < policy),
    ),
    ...pair(
      "DateLessThanEquals",
      "",
      parsed(parseDate, (policy, request) => request <= policy),
    ),
    ...pair(
      "DateGreaterThan",
      "",
      parsed(parseDate, (policy, request) => request > policy),
    ),
    ...pair(
      "DateGreaterThanEquals",
      "",
      parsed(parseDate, (policy, request) => request >= policy),
    ),
    ...pair(
      "Bool",
      "",
      resolved((wanted, value) => {
        const [policy, request] = [parseBoolean(wanted), parseBoolean(value)];
        return policy === undefined || request === undefined ? undefined : policy === request;
      }),
    ),
    ...pair("BinaryEquals", "", (policyValue) => (value) => policyValue === value),
    ...pair("IpAddress", "NotIpAddress", inNetwork),
    ...pair("ArnLike", "ArnNotLike", arn),
    ...pair("ArnEquals", "ArnNotEquals", arn),
  ].map(([name, operator]) => [name.toLowerCase(), operator]),
);

/** By its documented name, in any case. Source: IAM User Guide, "IAM JSON policy elements: Condition operators". */
export function findOperator(lowerCaseName: string): Operator | undefined {
  return OPERATORS.get(lowerCaseName);
}
