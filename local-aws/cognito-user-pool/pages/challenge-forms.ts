import { AwsError } from "../../platform/aws-error.ts";
import type { UserRecord } from "../directory/records.ts";
import type { Challenge, ChallengeName } from "../sign-in/challenges.ts";
import { answerMfaSetup, answerNewPassword, answerTotp } from "../sign-in/answer-challenge.ts";
import { showChallenge } from "./challenge-pages.ts";
import { continueSignIn } from "./continue-sign-in.ts";
import { OWN_WORDS, type OwnWords, toMessage, type Visit } from "./hosted-page.ts";
import { showSignIn } from "./sign-in-page.ts";

export const handleNewPassword = answering("NEW_PASSWORD_REQUIRED", async ({ pools, form }, challenge) =>
  answerNewPassword(pools, challenge, { newPassword: readNewPassword(form), attributes: {} }),
);

export const handleTotp = answering("SOFTWARE_TOKEN_MFA", ({ pools, form }, challenge) => answerTotp(pools, challenge, readCode(form)));

export const handleTotpSetup = answering("MFA_SETUP", ({ pools, form }, challenge) => answerMfaSetup(pools, challenge, readCode(form)));

/** The new password of a form. Throws when its two inputs differ. */
export function readNewPassword(form: URLSearchParams): string {
  const password = form.get("new_password") ?? "";
  if (password !== form.get("confirm_password")) throw new AwsError("InvalidParameterException", "The two passwords are not the same.");
  return password;
}

export function readCode(form: URLSearchParams): string {
  return (form.get("code") ?? "").replaceAll(/\s/g, "");
}

const APP_CODE = { text: "That code is not right, or was used already. Wait for the app’s next one.", about: ["code"] };
/** Here a code comes from the person’s own app. */
const CHALLENGE_WORDS: OwnWords = {
  ...OWN_WORDS,
  CodeMismatchException: APP_CODE,
  ExpiredCodeException: APP_CODE,
  EnableSoftwareTokenMFAException: APP_CODE,
};

type Answer = (visit: Visit, challenge: Challenge) => UserRecord | Promise<UserRecord>;

function answering(name: ChallengeName, answer: Answer): (visit: Visit) => Promise<void> {
  return async (visit) => {
    const { pools, request, form } = visit;
    const session = form.get("session") ?? "";
    try {
      const challenge = pools.challenges.get(session, request.client.clientId, name);
      const user = await answer(visit, challenge);
      pools.challenges.close(session);
      const step = name === "MFA_SETUP" ? "SOFTWARE_TOKEN_MFA" : name;
      await continueSignIn(visit, user, [...challenge.passed, step]);
    } catch (error) {
      const problem = toMessage(error, CHALLENGE_WORDS);
      if (isAlive(visit, session, name)) await showChallenge(visit, session, problem);
      else showSignIn(visit, { tone: "bad", text: "That took too long or too many tries. Sign in again." });
    }
  };
}

function isAlive({ pools, request }: Visit, session: string, name: ChallengeName): boolean {
  try {
    return pools.challenges.get(session, request.client.clientId, name).name === name;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
