import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import type { UserRecord } from "../directory/records.ts";
import { answerMfaSetup, challengedUser } from "../sign-in/answer-challenge.ts";
import type { Challenge } from "../sign-in/challenges.ts";
import { matchTotpStep, newTotpSecret } from "../sign-in/totp.ts";
import { resolveAccessToken } from "../tokens/resolve-access-token.ts";
import type { UserPools } from "../user-pools.ts";
import { input, openOperation, selfOperation, type Operations } from "./operation.ts";

const proof = { AccessToken: z.string().min(1).optional(), Session: z.string().min(1).optional() };
type Proof = z.infer<z.ZodObject<typeof proof>>;

/** Enrolling an authenticator app, signed in or on the way there. */
export const TOTP_OPERATIONS: Operations = {
  AssociateSoftwareToken: openOperation(input(proof), async (pools, given) => {
    const { user, challenge, session } = await identify(pools, given);
    assertTotpOn(pools, user);
    const secret = newTotpSecret();
    if (session !== undefined && challenge !== undefined) {
      pools.challenges.update(session, { totpSecret: secret });
      return { SecretCode: secret, Session: session };
    }
    // Until it is verified, the new secret must not replace one that is in use.
    pools.directory.users.put({ ...user, pendingAttributes: { ...user.pendingAttributes, totpSecret: secret } });
    return { SecretCode: secret };
  }),
  VerifySoftwareToken: openOperation(
    input({ ...proof, UserCode: z.string(), FriendlyDeviceName: z.string().optional() }),
    async (pools, { UserCode: code, ...given }) => {
      const { user, challenge, session } = await identify(pools, given);
      if (session !== undefined && challenge !== undefined) {
        try {
          answerMfaSetup(pools, challenge, code);
        } catch (error) {
          pools.challenges.fail(session);
          throw toEnrolmentError(error);
        }
        return { Status: "SUCCESS", Session: session };
      }
      enrol(pools, user, code);
      return { Status: "SUCCESS" };
    },
  ),
  SetUserMFAPreference: selfOperation(
    { SoftwareTokenMfaSettings: z.object({ Enabled: z.boolean().default(false), PreferredMfa: z.boolean().default(false) }).optional() },
    (pools, { user }, { SoftwareTokenMfaSettings: settings }) => {
      setPreference(pools, user, settings?.Enabled);
      return {};
    },
  ),
};

/** Throws `InvalidParameterException` for turning on what was never verified. */
export function setPreference(pools: UserPools, user: UserRecord, isOn: boolean | undefined): void {
  if (isOn === undefined) return;
  if (isOn && user.totp?.isVerified !== true) {
    throw new AwsError("InvalidParameterException", "User has not verified software token mfa");
  }
  if (user.totp === undefined) return;
  pools.directory.users.put({ ...user, totp: { ...user.totp, isOn }, modifiedAtMs: pools.context.clock.nowMs() });
}

interface Identified {
  readonly user: UserRecord;
  readonly challenge?: Challenge;
  readonly session?: string;
}

async function identify(pools: UserPools, { AccessToken: token, Session: session }: Proof): Promise<Identified> {
  if (token !== undefined) {
    const { user, scopes } = await resolveAccessToken(pools, token);
    if (scopes.includes("aws.cognito.signin.user.admin")) return { user };
    throw new AwsError("NotAuthorizedException", "Access Token does not have required scopes");
  }
  if (session === undefined) throw new AwsError("InvalidParameterException", "Either AccessToken or Session must be provided");
  const challenge = pools.challenges.getSetup(session);
  return { user: challengedUser(pools, challenge), challenge, session };
}

function enrol(pools: UserPools, user: UserRecord, code: string): void {
  const { totpSecret: secret, ...pendingAttributes } = user.pendingAttributes ?? {};
  const key = `${user.poolId}/${user.sub}/totp`;
  if (pools.codeAttempts.isLocked(key)) throw new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.");
  const lastStep = secret === undefined ? undefined : matchTotpStep(secret, code, pools.context.clock.nowMs());
  if (secret === undefined || lastStep === undefined) {
    pools.codeAttempts.fail(key);
    throw new AwsError("EnableSoftwareTokenMFAException", "Code mismatch");
  }
  pools.codeAttempts.succeed(key);
  // Verified is not yet asked for: SetUserMFAPreference turns it on.
  const isOn = user.totp?.isOn ?? false;
  pools.directory.users.put({ ...user, pendingAttributes, totp: { secret, isVerified: true, isOn, lastStep } });
}

function assertTotpOn(pools: UserPools, user: UserRecord): void {
  if (pools.directory.pool(user.poolId)?.isTotpEnabled === true) return;
  throw new AwsError("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool");
}

function toEnrolmentError(error: unknown): unknown {
  const isMismatch = error instanceof AwsError && error.code === "CodeMismatchException";
  return isMismatch ? new AwsError("EnableSoftwareTokenMFAException", "Code mismatch") : error;
}
