import "server-only";
import { type CognitoIdentityClient, GetCredentialsForIdentityCommand, GetIdCommand } from "@aws-sdk/client-cognito-identity";
import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import type { AwsKeys } from "../platform/aws-clients.server.ts";
import { withBackoff } from "./backoff.server.ts";

/** Keys that die sooner than this are worth nothing to a browser that still has to connect. */
const LIFETIME_MS_MIN = 60_000;

/** Temporary keys with their end, epoch ms by the cloud's clock. */
export interface TemporaryKeys extends AwsKeys {
  expiresAtMs: number;
}

const answerSchema = z.object({
  Credentials: z.object({
    AccessKeyId: z.string().min(1),
    SecretKey: z.string().min(1),
    SessionToken: z.string().min(1),
    Expiration: z.date(),
  }),
});

export interface ExchangeSettings {
  identityPoolId: string;
  /** The issuer without its scheme: the name of the login (AWS.md B.1). */
  providerName: string;
}

export interface Exchange {
  /** The identity of a login, or a new one for a guest. */
  identityId(idToken: string | undefined): Promise<string>;
  /** Keys of `roleArn` (allowed only if the signed token lists it), or of the guest role without a token. */
  keys(identityId: string, idToken: string | undefined, roleArn?: string): Promise<TemporaryKeys>;
}

/** The identity pool's enhanced flow; throttled calls are repeated with jitter. Errors of the SDK pass through (exchange-errors.ts sorts them). */
export function createExchange(
  client: CognitoIdentityClient,
  { identityPoolId, providerName }: ExchangeSettings,
  nowMs: () => number,
): Exchange {
  const loginsOf = (idToken: string | undefined) => (idToken === undefined ? {} : { Logins: { [providerName]: idToken } });
  return {
    async identityId(idToken) {
      const command = () => new GetIdCommand({ IdentityPoolId: identityPoolId, ...loginsOf(idToken) });
      const { IdentityId } = await withBackoff(() => client.send(command()));
      if (!IdentityId) throw new AppError("credentials/unavailable", { context: { step: "GetId" } });
      return IdentityId;
    },
    async keys(identityId, idToken, roleArn) {
      const input = { IdentityId: identityId, ...loginsOf(idToken), ...(roleArn === undefined ? {} : { CustomRoleArn: roleArn }) };
      const answer = answerSchema.safeParse(await withBackoff(() => client.send(new GetCredentialsForIdentityCommand(input))));
      if (!answer.success)
        throw new AppError("credentials/unavailable", { context: { step: "GetCredentialsForIdentity", reason: "shape" } });
      const { AccessKeyId, SecretKey, SessionToken, Expiration } = answer.data.Credentials;
      const expiresAtMs = Expiration.getTime();
      if (!(expiresAtMs > nowMs() + LIFETIME_MS_MIN)) {
        throw new AppError("credentials/unavailable", { context: { step: "GetCredentialsForIdentity", reason: "already expired" } });
      }
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken, expiresAtMs };
    },
  };
}
