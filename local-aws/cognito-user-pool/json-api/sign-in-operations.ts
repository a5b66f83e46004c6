import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import { answerNewPassword, answerTotp, challengedUser } from "../sign-in/answer-challenge.ts";
import { answerStep, refreshTokens } from "../sign-in/authentication-result.ts";
import type { ChallengeName } from "../sign-in/challenges.ts";
import { checkPassword } from "../sign-in/first-factor.ts";
import { finishSrpSignIn, startSrpSignIn } from "../sign-in/srp-sign-in.ts";
import type { UserPools } from "../user-pools.ts";
import { assertClientMayWrite } from "../users/write-attributes.ts";
import { adminOperation, assertSecretHash, input, openOperation, requireClient, requireUser, type Operations } from "./operation.ts";

const parameters = z.record(z.string(), z.string()).default({});

/** Signing in with a password, and all that may be asked on the way. */
export const SIGN_IN_OPERATIONS: Operations = {
  InitiateAuth: openOperation(
    input({ ClientId: z.string().min(1), AuthFlow: z.string(), AuthParameters: parameters }),
    (pools, { ClientId, AuthFlow, AuthParameters }) => {
      const { client, pool } = requireClient(pools, ClientId);
      return initiate(pools, { pool, client, flow: AuthFlow, parameters: AuthParameters });
    },
  ),
  AdminInitiateAuth: adminOperation(
    { UserPoolId: z.string(), ClientId: z.string().min(1), AuthFlow: z.string(), AuthParameters: parameters },
    (pools, pool, { ClientId, AuthFlow, AuthParameters }) => {
      const { client } = requirePoolClient(pools, pool, ClientId);
      return initiate(pools, { pool, client, flow: AuthFlow, parameters: AuthParameters, isAdmin: true });
    },
  ),
  RespondToAuthChallenge: openOperation(
    input({ ClientId: z.string().min(1), ChallengeName: z.string(), Session: z.string().optional(), ChallengeResponses: parameters }),
    (pools, { ClientId, ChallengeName: name, Session: session = "", ChallengeResponses: responses }) =>
      respond(pools, { ...requireClient(pools, ClientId), name, session, responses }),
  ),
  AdminRespondToAuthChallenge: adminOperation(
    {
      UserPoolId: z.string(),
      ClientId: z.string().min(1),
      ChallengeName: z.string(),
      Session: z.string().optional(),
      ChallengeResponses: parameters,
    },
    (pools, pool, { ClientId, ChallengeName: name, Session: session = "", ChallengeResponses: responses }) =>
      respond(pools, { pool, ...requirePoolClient(pools, pool, ClientId), name, session, responses }),
  ),
  GetTokensFromRefreshToken: openOperation(
    input({ ClientId: z.string().min(1), RefreshToken: z.string().min(1), ClientSecret: z.string().optional() }),
    (pools, { ClientId, RefreshToken, ClientSecret }) => {
      const { client } = requireClient(pools, ClientId);
      if (client.rotation === undefined)
        throw new AwsError("UnsupportedOperationException", "Refresh token rotation is not enabled for this client");
      if (client.secret !== ClientSecret) throw new AwsError("NotAuthorizedException", `Unable to verify secret for client ${ClientId}`);
      return refreshTokens(pools, client, RefreshToken);
    },
  ),
};

function requirePoolClient(pools: UserPools, pool: PoolRecord, clientId: string): { client: ClientRecord } {
  const { client } = requireClient(pools, clientId);
  if (client.poolId !== pool.poolId) throw new AwsError("ResourceNotFoundException", `User pool client ${clientId} does not exist.`);
  return { client };
}

interface Initiation {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly flow: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly isAdmin?: boolean;
}

/** Flow of the call -> what the client must allow for it. */
const FLOWS: Readonly<
  Record<
    string,
    { readonly allowed: string; readonly isAdmin: boolean; readonly run: (pools: UserPools, input: Initiation) => object | Promise<object> }
  >
> = {
  USER_PASSWORD_AUTH: { allowed: "ALLOW_USER_PASSWORD_AUTH", isAdmin: false, run: withPassword },
  ADMIN_USER_PASSWORD_AUTH: { allowed: "ALLOW_ADMIN_USER_PASSWORD_AUTH", isAdmin: true, run: withPassword },
  ADMIN_NO_SRP_AUTH: { allowed: "ALLOW_ADMIN_USER_PASSWORD_AUTH", isAdmin: true, run: withPassword },
  USER_SRP_AUTH: { allowed: "ALLOW_USER_SRP_AUTH", isAdmin: false, run: withSrp },
  REFRESH_TOKEN_AUTH: { allowed: "ALLOW_REFRESH_TOKEN_AUTH", isAdmin: false, run: withRefreshToken },
  REFRESH_TOKEN: { allowed: "ALLOW_REFRESH_TOKEN_AUTH", isAdmin: false, run: withRefreshToken },
};

function initiate(pools: UserPools, request: Initiation): object | Promise<object> {
  const flow = Object.hasOwn(FLOWS, request.flow) ? FLOWS[request.flow] : undefined;
  if (flow === undefined || (flow.isAdmin && request.isAdmin !== true)) {
    throw new AwsError("InvalidParameterException", "Initiate Auth method not supported.");
  }
  if (!request.client.authFlows.includes(flow.allowed)) {
    const text = flow.isAdmin ? "Auth flow not enabled for this client" : `${request.flow} flow not enabled for this client`;
    throw new AwsError("InvalidParameterException", text);
  }
  return flow.run(pools, request);
}

async function withPassword(pools: UserPools, { pool, client, parameters: given }: Initiation): Promise<object> {
  const loginName = requireParameter(given, "USERNAME");
  const password = requireParameter(given, "PASSWORD");
  assertSecretHash(client, loginName, given.SECRET_HASH);
  const user = await checkPassword(pools, { pool, client, loginName, password });
  return answerStep(pools, { pool, client, user, passed: [] });
}

function withSrp(pools: UserPools, { pool, client, parameters: given }: Initiation): object {
  const loginName = requireParameter(given, "USERNAME");
  assertSecretHash(client, loginName, given.SECRET_HASH);
  return startSrpSignIn(pools, { pool, client, loginName, clientPublic: requireParameter(given, "SRP_A") });
}

/** The hash is over the username of the sign-in, which a client may know as `sub`, as name or as alias. */
function withRefreshToken(pools: UserPools, { client, parameters: given }: Initiation): Promise<object> {
  const refreshToken = requireParameter(given, "REFRESH_TOKEN");
  const session = pools.sessions.findByRefreshToken(refreshToken, client.clientId);
  if (session !== undefined) {
    const user = pools.directory.users.bySub(session.poolId, session.sub);
    assertAnySecretHash(client, [user?.username ?? "", session.sub, user?.attributes.email ?? ""], given.SECRET_HASH);
  }
  return refreshTokens(pools, client, refreshToken);
}

function assertAnySecretHash(client: ClientRecord, names: readonly string[], secretHash: string | undefined): void {
  // Some clients send the bare secret here, which AWS accepts as well.
  if (client.secret !== undefined && secretHash === client.secret) return;
  const outcomes = names.map((name) => {
    try {
      assertSecretHash(client, name, secretHash);
      return undefined;
    } catch (error) {
      return error;
    }
  });
  if (!outcomes.includes(undefined)) throw outcomes[0];
}

interface Response {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly name: string;
  readonly session: string;
  readonly responses: Readonly<Record<string, string>>;
}

async function respond(pools: UserPools, response: Response): Promise<object> {
  const { pool, client, name, session, responses } = response;
  const username = requireParameter(responses, "USERNAME");
  assertSecretHash(client, username, responses.SECRET_HASH);
  if (name === "PASSWORD_VERIFIER") {
    return answerStep(pools, { pool, client, user: finishSrpSignIn(pools, client, responses), passed: [] });
  }
  if (!isAnswerable(name)) throw new AwsError("InvalidParameterException", `Challenge ${name.slice(0, 40)} is not supported`);
  const challenge = pools.challenges.get(session, client.clientId, name);
  if (requireUser(pools, pool, username).sub !== challenge.sub)
    throw new AwsError("NotAuthorizedException", "Invalid session for the user.");
  let user: UserRecord;
  try {
    user = await ANSWERS[name](pools, response, challenge);
  } catch (error) {
    pools.challenges.fail(session);
    throw error;
  }
  pools.challenges.close(session);
  return answerStep(pools, { pool, client, user, passed: [...challenge.passed, name === "MFA_SETUP" ? "SOFTWARE_TOKEN_MFA" : name] });
}

type Answerable = Exclude<ChallengeName, "PASSWORD_VERIFIER">;

function isAnswerable(name: string): name is Answerable {
  return Object.hasOwn(ANSWERS, name);
}

const ANSWERS: Readonly<
  Record<
    Answerable,
    (pools: UserPools, response: Response, challenge: ReturnType<UserPools["challenges"]["get"]>) => UserRecord | Promise<UserRecord>
  >
> = {
  NEW_PASSWORD_REQUIRED: (pools, { client, responses }, challenge) => {
    const given = Object.entries(responses).filter(([key]) => key.startsWith("userAttributes."));
    const attributes = Object.fromEntries(given.map(([key, value]) => [key.slice("userAttributes.".length), value]));
    assertClientMayWrite(client, Object.keys(attributes));
    return answerNewPassword(pools, challenge, { newPassword: requireParameter(responses, "NEW_PASSWORD"), attributes });
  },
  SOFTWARE_TOKEN_MFA: (pools, { responses }, challenge) =>
    answerTotp(pools, challenge, requireParameter(responses, "SOFTWARE_TOKEN_MFA_CODE")),
  /** VerifySoftwareToken has enrolled the user with this session already. */
  MFA_SETUP: (pools, _response, challenge) => {
    const user = challengedUser(pools, challenge);
    if (user.totp?.isVerified !== true || user.totp.secret !== challenge.totpSecret)
      throw new AwsError("InvalidParameterException", "MFA setup is not complete");
    return user;
  },
};

function requireParameter(given: Readonly<Record<string, string>>, name: string): string {
  const value = given[name];
  if (value === undefined || value === "") throw new AwsError("InvalidParameterException", `Missing required parameter ${name}`);
  return value;
}
