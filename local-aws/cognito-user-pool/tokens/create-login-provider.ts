import type { Clock } from "../../platform/clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { LoginProvider } from "../login-provider.ts";
import type { SignInSessions } from "./sign-in-sessions.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { TokenRefused, toLoginError, verifyToken } from "./verify-token.ts";

export interface LoginProviderInput {
  readonly poolId: string;
  readonly region: string;
  /** The pool's issuer URL. */
  readonly issuer: string;
  readonly directory: Directory;
  readonly keys: SigningKeys;
  readonly sessions: SignInSessions;
  readonly clock: Clock;
}

/** One user pool as the identity pool sees it. */
export function createLoginProvider(input: LoginProviderInput): LoginProvider {
  const { poolId, region, issuer, directory, keys, sessions, clock } = input;
  return {
    providerName: issuer.replace(/^https?:\/\//, ""),
    awsProviderName: `cognito-idp.${region}.amazonaws.com/${poolId}`,
    verifyIdToken: async (token) => {
      try {
        const claims = await verifyToken(token, { keys: keys.verificationKeys(poolId), issuer, tokenUse: "id", nowMs: clock.nowMs() });
        return { sub: String(claims.sub), audience: String(claims.aud), claims };
      } catch (error) {
        throw error instanceof TokenRefused ? toLoginError(error) : error;
      }
    },
    isSignedIn: ({ sub, claims }) => {
      const user = directory.users.bySub(poolId, sub);
      if (user?.isEnabled !== true) return false;
      // Without token revocation a token does not name its sign-in: only the user's own state can be asked.
      if (typeof claims.origin_jti !== "string") return true;
      const session = sessions.get(claims.origin_jti);
      return session?.sub === sub && !session.isRevoked && session.signInEpoch === user.signInEpoch;
    },
  };
}
