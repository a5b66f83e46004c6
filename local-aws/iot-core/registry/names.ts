import { invalidRequest } from "./errors.ts";

/** A name rule of the service model: what the API reference gives as pattern and length. */
interface NameRule {
  readonly member: string;
  readonly pattern: RegExp;
  readonly lengthMax: number;
}

const RULES = {
  thingName: { member: "thingName", pattern: /^[a-zA-Z0-9:_-]+$/, lengthMax: 128 },
  thingTypeName: { member: "thingTypeName", pattern: /^[a-zA-Z0-9:_-]+$/, lengthMax: 128 },
  thingGroupName: { member: "thingGroupName", pattern: /^[a-zA-Z0-9:_-]+$/, lengthMax: 128 },
  policyName: { member: "policyName", pattern: /^[\w+=,.@-]+$/, lengthMax: 128 },
  ruleName: { member: "ruleName", pattern: /^[a-zA-Z0-9_]+$/, lengthMax: 128 },
  certificateId: { member: "certificateId", pattern: /^(0x)?[a-fA-F0-9]+$/, lengthMax: 64 },
  attributeName: { member: "attributePayload.attributes", pattern: /^[a-zA-Z0-9_.,@/:#-]+$/, lengthMax: 128 },
} as const satisfies Record<string, NameRule>;

/** Throws `InvalidRequestException` in the words of AWS's validation unless `value` obeys the rule. */
export function requireName(rule: keyof typeof RULES, value: unknown): string {
  const { member, pattern, lengthMax } = RULES[rule];
  if (typeof value !== "string" || value === "") {
    throw invalidRequest(violation(value === "" ? "" : "null", member, "Member must have length greater than or equal to 1"));
  }
  if (value.length > lengthMax)
    throw invalidRequest(violation(value, member, `Member must have length less than or equal to ${lengthMax}`));
  if (!pattern.test(value)) {
    throw invalidRequest(violation(value, member, `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`));
  }
  return value;
}

const violation = (value: string, member: string, constraint: string) =>
  `1 validation error detected: Value '${value.slice(0, 256)}' at '${member}' failed to satisfy constraint: ${constraint}`;

const ATTRIBUTE_VALUE = /^[a-zA-Z0-9_.,@/:#-]*$/;

/**
 * Thing attributes as the registry accepts them: values have at most 800 characters of `[a-zA-Z0-9_.,@/:#-]` (no blanks),
 * at most 3 without a thing type and 50 with one (AWS IoT quotas). Throws `InvalidRequestException`.
 */
export function requireAttributes(attributes: Readonly<Record<string, string>>, hasThingType: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    requireName("attributeName", name);
    if (value.length > 800 || !ATTRIBUTE_VALUE.test(value)) {
      throw invalidRequest(
        violation(
          value,
          RULES.attributeName.member,
          "Map value must satisfy constraint: [Member must have length less than or equal to 800, Member must satisfy regular expression pattern: [a-zA-Z0-9_.,@/:#-]*]",
        ),
      );
    }
  }
  const countMax = hasThingType ? 50 : 3;
  if (Object.keys(attributes).length > countMax) {
    throw invalidRequest(`Thing cannot have more than ${countMax} attributes${hasThingType ? "" : " without a thing type"}`);
  }
}
