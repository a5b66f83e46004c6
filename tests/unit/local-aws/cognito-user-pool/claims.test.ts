import { describe, expect, it } from "vitest";
import type { ClientRecord, GroupRecord, UserRecord } from "../../../../local-aws/cognito-user-pool/directory/records.ts";
import { attributeClaims, groupClaims, leftHalfHash, readableAttributes } from "../../../../local-aws/cognito-user-pool/tokens/claims.ts";

const user = {
  groups: ["a", "b", "gone"],
  attributes: { email: "x@example.com", email_verified: "true", name: "X", "custom:level": "7", updated_at: "12", address: "Pier 3" },
} as unknown as UserRecord;
const client = (readAttributes?: string[]) => ({ readAttributes }) as unknown as ClientRecord;
const group = (name: string, precedence?: number, roleArn?: string): GroupRecord => ({
  poolId: "p",
  name,
  ...(precedence === undefined ? {} : { precedence }),
  ...(roleArn === undefined ? {} : { roleArn }),
  createdAtMs: 0,
  modifiedAtMs: 0,
});

describe("group claims", () => {
  it("prefer the role of the lowest precedence and list every role once", () => {
    expect(groupClaims([group("a", 10, "viewer"), group("b", 20, "control"), group("c", 30, "viewer")], user)).toEqual({
      "cognito:groups": ["a", "b"],
      "cognito:roles": ["viewer", "control"],
      "cognito:preferred_role": "viewer",
    });
  });

  it("omit the preferred role when two different ones tie, and keep it when the tied ones agree", () => {
    expect(groupClaims([group("a", 1, "viewer"), group("b", 1, "control")], user)).not.toHaveProperty("cognito:preferred_role");
    expect(groupClaims([group("a", 1, "viewer"), group("b", 1, "viewer")], user)).toHaveProperty("cognito:preferred_role", "viewer");
  });

  it("rank a group without precedence last, and one without role not at all", () => {
    expect(groupClaims([group("a", undefined, "control"), group("b", 99, "viewer")], user)).toHaveProperty(
      "cognito:preferred_role",
      "viewer",
    );
    expect(groupClaims([group("a", 1)], user)).toEqual({ "cognito:groups": ["a"] });
    expect(groupClaims([], user)).toEqual({});
  });
});

describe("attribute claims", () => {
  it("carry booleans and numbers as such and custom attributes as strings", () => {
    expect(attributeClaims(user, () => true)).toEqual({
      email: "x@example.com",
      email_verified: true,
      name: "X",
      "custom:level": "7",
      updated_at: 12,
      address: { formatted: "Pier 3" },
    });
  });

  it("are narrowed by scopes beside openid, and by what the client may read", () => {
    const shown = (scopes: string[], attributes?: string[]) =>
      Object.keys(attributeClaims(user, readableAttributes(client(attributes), scopes)));
    expect(shown(["openid"])).toHaveLength(6);
    expect(shown(["openid", "email"])).toEqual(["email", "email_verified"]);
    expect(shown(["openid", "email", "profile"], ["name"])).toEqual(["name"]);
    expect(shown(["openid", "phone"])).toEqual([]);
  });
});

describe("at_hash", () => {
  it("is the left half of the access token's digest (OpenID Connect Core, example of appendix A.3)", () => {
    expect(leftHalfHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")).toBe("77QmUPtjPfzWtF2AnpK9RQ");
  });
});
