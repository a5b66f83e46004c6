import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  SetIdentityPoolRolesCommand,
  type RoleMapping,
} from "@aws-sdk/client-cognito-identity";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLocalAws, type RunningLocalAws } from "../../support/local-aws.ts";
import { signInAs } from "./support/sign-in.ts";

let aws: RunningLocalAws;
let provider: string;
let tokens: Record<"ada" | "otto", string>;
beforeAll(async () => {
  aws = await startLocalAws();
  provider = aws.info.userPool.issuer.replace("http://", "");
  tokens = { ada: (await signInAs(aws.info, "ada")).idToken, otto: (await signInAs(aws.info, "otto")).idToken };
});
afterAll(() => aws.remove());

const client = () => {
  const { region, endpoints, root } = aws.info;
  return new CognitoIdentityClient({ region, endpoint: endpoints.cognitoIdentity, credentials: root, maxAttempts: 1 });
};

/** Name of the role whose keys the login is worth. */
async function roleOf(idToken: string, CustomRoleArn?: string): Promise<string> {
  const Logins = { [provider]: idToken };
  const { IdentityId } = await client().send(new GetIdCommand({ IdentityPoolId: aws.info.identityPoolId, Logins }));
  const { Credentials } = await client().send(
    new GetCredentialsForIdentityCommand({ IdentityId, Logins, ...(CustomRoleArn !== undefined && { CustomRoleArn }) }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const sts = new STSClient({ region: aws.info.region, endpoint: aws.info.endpoints.sts, credentials });
  return (await sts.send(new GetCallerIdentityCommand({}))).Arn?.split("/")[1] ?? "";
}

const { arnOf, nameOf } = {
  arnOf: (role: "Viewer" | "Control") => aws.info.outputs[`${role}RoleArn`] ?? "",
  nameOf: (role: "Viewer" | "Control") => arnOf(role).split("/").at(-1) ?? "",
};

async function mapRoles(mapping: RoleMapping): Promise<void> {
  const RoleMappings = { [`${provider}:${aws.info.userPool.clientId}`]: mapping };
  const Roles = { authenticated: arnOf("Viewer") };
  await client().send(new SetIdentityPoolRolesCommand({ IdentityPoolId: aws.info.identityPoolId, Roles, RoleMappings }));
}

const REFUSED = { name: "NotAuthorizedException", $metadata: { httpStatusCode: 400 } };

describe("mapping of roles", () => {
  it("by token: the preferred role, or another of the token's when it is asked for", async () => {
    expect(await roleOf(tokens.ada, arnOf("Control"))).toBe(nameOf("Control"));
    expect(await roleOf(tokens.otto)).toBe(nameOf("Viewer"));
    await expect(roleOf(tokens.otto, arnOf("Control"))).rejects.toMatchObject(REFUSED);
  });

  it("by rules: the first that matches; without one the pool denies or falls back, as it is told", async () => {
    const Rules = [
      { Claim: "name", MatchType: "StartsWith" as const, Value: "Nobody", RoleARN: arnOf("Viewer") },
      { Claim: "cognito:groups", MatchType: "Contains" as const, Value: "admins", RoleARN: arnOf("Control") },
      { Claim: "sub", MatchType: "Equals" as const, Value: decodeJwt(tokens.ada).sub ?? "", RoleARN: arnOf("Viewer") },
    ];
    await mapRoles({ Type: "Rules", AmbiguousRoleResolution: "Deny", RulesConfiguration: { Rules } });
    expect(await roleOf(tokens.ada)).toBe(nameOf("Control"));
    expect(await roleOf(tokens.ada, arnOf("Viewer"))).toBe(nameOf("Viewer"));
    await expect(roleOf(tokens.otto)).rejects.toMatchObject(REFUSED);
    await expect(roleOf(tokens.otto, arnOf("Control"))).rejects.toMatchObject(REFUSED);
    await mapRoles({ Type: "Rules", AmbiguousRoleResolution: "AuthenticatedRole", RulesConfiguration: { Rules } });
    expect(await roleOf(tokens.otto)).toBe(nameOf("Viewer"));
    await mapRoles({ Type: "Token", AmbiguousRoleResolution: "Deny" });
  });
});

describe("the control endpoint", () => {
  it("throttles single operations of the pool, and the others answer", async () => {
    await aws.control("throttle", { api: "cognito-identity:GetCredentialsForIdentity", forMs: 60_000 });
    const Logins = { [provider]: tokens.otto };
    expect(await client().send(new GetIdCommand({ IdentityPoolId: aws.info.identityPoolId, Logins }))).toHaveProperty("IdentityId");
    await expect(roleOf(tokens.otto)).rejects.toMatchObject({ name: "TooManyRequestsException", $metadata: { httpStatusCode: 400 } });
    await aws.control("throttle", { api: "cognito-identity:GetCredentialsForIdentity", off: true });
    expect(await roleOf(tokens.otto)).toBe(nameOf("Viewer"));
  });

  it("rotates the signing keys: old tokens hold until the old keys are dropped", async () => {
    const jwksUrl = new URL(`${aws.info.userPool.issuer}/.well-known/jwks.json`);
    const verify = (token: string) => jwtVerify(token, createRemoteJWKSet(jwksUrl), { issuer: aws.info.userPool.issuer });
    const before = tokens.otto;
    await aws.control("rotate-jwks");
    const after = (await signInAs(aws.info, "otto")).idToken;
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    for (const token of [before, after]) {
      expect((await verify(token)).payload.token_use).toBe("id");
      expect(await roleOf(token)).toBe(nameOf("Viewer"));
    }
    await aws.control("rotate-jwks", { dropOld: true });
    for (const token of [before, after]) {
      await expect(verify(token)).rejects.toThrow("no applicable key");
      await expect(roleOf(token)).rejects.toMatchObject(REFUSED);
    }
  });

  it("shortens tokens, which are refused once their time is over", async () => {
    await aws.control("token-lifetime", { idSeconds: 60 });
    const { idToken } = await signInAs(aws.info, "otto");
    const { exp = 0, iat = 0 } = decodeJwt(idToken);
    expect(exp - iat).toBe(60);
    expect(await roleOf(idToken)).toBe(nameOf("Viewer"));
    await aws.control("clock", { offsetMs: 61_000 });
    await expect(roleOf(idToken)).rejects.toThrow(/^Invalid login token\. Token expired: \d+ >= \d+$/);
    await aws.control("clock", { offsetMs: 0 });
    await aws.control("token-lifetime");
    const again = decodeJwt((await signInAs(aws.info, "otto")).idToken);
    expect((again.exp ?? 0) - (again.iat ?? 0)).toBe(3600);
  });
});
