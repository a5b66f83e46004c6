import type { UserRecord } from "../directory/records.ts";
import { startSessionAndReturn } from "../oauth/complete-sign-in.ts";
import { nextChallenge, type ChallengeName } from "../sign-in/challenges.ts";
import { showChallenge } from "./challenge-pages.ts";
import type { Visit } from "./hosted-page.ts";

/** Goes on to what the user still owes (new password, TOTP), or back to the application. */
export async function continueSignIn(visit: Visit, user: UserRecord, passed: readonly ChallengeName[]): Promise<void> {
  const { pools, request, exchange } = visit;
  const name = nextChallenge(request.pool, user, passed);
  if (name === undefined) {
    await startSessionAndReturn(pools, exchange, request, { user });
    return;
  }
  const challenge = { name, poolId: user.poolId, clientId: request.client.clientId, sub: user.sub, passed };
  await showChallenge(visit, pools.challenges.open(challenge, request.client));
}
