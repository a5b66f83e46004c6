import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createIam, type IamService } from "../../../../local-aws/iam/create-iam.ts";
import type { PolicyDocument } from "../../../../local-aws/iam/policy-document.ts";
import { createClock } from "../../../../local-aws/platform/clock.ts";
import { createLog } from "../../../../local-aws/platform/log.ts";
import type { LocalAwsContext } from "../../../../local-aws/platform/service.ts";
import { openStore, type Store } from "../../../../local-aws/platform/store.ts";

const POOL = "eu-west-1:11111111-2222-3333-4444-555555555555";
const ROLE = "arn:aws:iam::123456789012:role/viewer";

let directory: string;
let store: Store;
let context: LocalAwsContext;
let iam: IamService;

function start(): void {
  store = openStore(directory);
  context = {
    region: "eu-west-1",
    accountId: "123456789012",
    clock: createClock(),
    log: createLog("silent"),
    store,
    dataDirectory: directory,
    throwIfThrottled: () => undefined,
  };
  iam = createIam(context);
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iam-"));
  start();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

const trust = (conditions: Record<string, unknown> = {}) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Condition: { StringEquals: { "cognito-identity.amazonaws.com:aud": POOL }, ...conditions },
    },
  ],
});

async function makeRole(AssumeRolePolicyDocument: unknown, document: PolicyDocument): Promise<void> {
  await iam.resourceHandlers?.["AWS::IAM::Role"]?.apply({
    logicalId: "Viewer",
    properties: { RoleName: "viewer", AssumeRolePolicyDocument, Policies: [{ PolicyName: "p", PolicyDocument: document }] },
    physicalId: undefined,
  });
}

const readOnly: PolicyDocument = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iot:Receive", Resource: "*" }] };
const assume = (over: Record<string, string | string[]> = {}) =>
  iam.assumeRole({
    roleArn: ROLE,
    sessionName: "CognitoIdentityCredentials",
    durationMs: 3_600_000,
    by: {
      webIdentityProvider: "cognito-identity.amazonaws.com",
      context: {
        "cognito-identity.amazonaws.com:aud": POOL,
        "cognito-identity.amazonaws.com:sub": "eu-west-1:me",
        "cognito-identity.amazonaws.com:amr": ["authenticated"],
        ...over,
      },
    },
    cognito: { identityId: "eu-west-1:me", identityPoolId: POOL, isAuthenticated: true },
  });

describe("a role", () => {
  it("is given to those its trust policy admits, and to nobody else", async () => {
    await makeRole(trust({ "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" } }), readOnly);
    expect(assume().accessKeyId).toMatch(/^ASIA/);
    expect(() => assume({ "cognito-identity.amazonaws.com:aud": "eu-west-1:other" })).toThrow("Not authorized to perform");
    expect(() => assume({ "cognito-identity.amazonaws.com:amr": ["unauthenticated"] })).toThrow("Not authorized to perform");
    expect(() => iam.assumeRole({ roleArn: ROLE, sessionName: "x", durationMs: 1000, by: { service: "lambda.amazonaws.com" } })).toThrow(
      expect.objectContaining({ code: "AccessDenied" }),
    );
  });

  it("gives a session its policies and its web identity's variables, and no more", async () => {
    await makeRole(trust(), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iot:Connect", Resource: "arn:aws:iot:*:*:client/${cognito-identity.amazonaws.com:sub}-*" }],
    });
    const principal = iam.principalOf(assume().accessKeyId);
    if (principal === undefined) throw new Error("no principal");
    expect(principal.arn).toBe("arn:aws:sts::123456789012:assumed-role/viewer/CognitoIdentityCredentials");
    const connect = (clientId: string) =>
      iam.evaluate(principal, { action: "iot:Connect", resource: `arn:aws:iot:eu-west-1:123456789012:client/${clientId}`, context: {} })
        .decision;
    expect(connect("eu-west-1:me-1")).toBe("allowed");
    expect(connect("eu-west-1:you-1")).toBe("implicitDeny");
    expect(() => iam.authorize(principal, { action: "iot:Publish", resource: "*", context: {} })).toThrow(
      "is not authorized to perform: iot:Publish on resource: * because no identity-based policy allows the iot:Publish action",
    );
  });

  it("session policies only take away", async () => {
    await makeRole(trust(), readOnly);
    const keys = iam.assumeRole({
      roleArn: ROLE,
      sessionName: "guest",
      durationMs: 1000,
      by: { webIdentityProvider: "cognito-identity.amazonaws.com", context: { "cognito-identity.amazonaws.com:aud": POOL } },
      sessionPolicies: [{ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["iot:Publish", "s3:*"], Resource: "*" }] }],
    });
    const principal = iam.principalOf(keys.accessKeyId);
    if (principal === undefined) throw new Error("no principal");
    const decide = (action: string) => iam.evaluate(principal, { action, resource: "*", context: {} }).decision;
    expect([decide("iot:Receive"), decide("iot:Publish")]).toEqual(["implicitDeny", "implicitDeny"]);
  });
});

describe("keys", () => {
  it("survive a restart: root, users and sessions", async () => {
    await makeRole(trust(), readOnly);
    const session = assume();
    const user = iam.createUser("server", { inlinePolicies: { p: readOnly } });
    const root = iam.rootKeys;
    store.close();
    start();
    expect(iam.rootKeys).toEqual(root);
    expect(iam.createUser("server", { inlinePolicies: { p: readOnly } })).toEqual(user);
    expect(iam.principalOf(session.accessKeyId)?.cognito?.identityId).toBe("eu-west-1:me");
  });

  it("are unknown once revoked", async () => {
    await makeRole(trust(), readOnly);
    const { accessKeyId } = assume();
    iam.controlVerbs?.["revoke-keys"]?.({});
    expect(iam.principalOf(accessKeyId)).toBeUndefined();
  });
});
