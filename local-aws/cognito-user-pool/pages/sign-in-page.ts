import { AwsError } from "../../platform/aws-error.ts";
import { checkPassword } from "../sign-in/first-factor.ts";
import { continueSignIn } from "./continue-sign-in.ts";
import { brandOf, toMessage, type Visit } from "./hosted-page.ts";
import { html } from "./html.ts";
import { field, message, submit, type Message } from "./parts.ts";
import { providerButtons } from "./provider-buttons.ts";

/** What the sign-in name is called in this pool. */
export function loginNameLabel({ request }: Visit): string {
  const { usernameAttributes, aliasAttributes } = request.pool;
  if (usernameAttributes.includes("email")) return "Email";
  return aliasAttributes.includes("email") ? "Username or email" : "Username";
}

export function showSignIn(visit: Visit, problem?: Message, loginName = visit.request.loginHint): void {
  const { request } = visit;
  const buttons = providerButtons(visit);
  const hasPassword = request.client.identityProviders.includes("COGNITO");
  const form = html`<form method="post" action="${visit.link("/login")}">
    ${visit.csrf()}
    ${field({ name: "username", label: loginNameLabel(visit), autocomplete: "username", value: loginName, isFocused: loginName === undefined })}
    ${field({ name: "password", label: "Password", type: "password", autocomplete: "current-password", isFocused: loginName !== undefined })}
    ${request.pool.isSelfRecoveryAllowed && html`<p><a href="${visit.link("/forgotPassword")}">Forgot your password?</a></p>`}
    ${submit("Sign in")}
  </form>`;
  visit.show({
    title: "Sign in",
    status: problem?.tone === "bad" ? 400 : 200,
    body: html`<h1>Sign in</h1>
      <p class="lead">to continue to ${brandOf(request.pool)}</p>
      ${message(problem)}${hasPassword && form} ${hasPassword && buttons.length > 0 && html`<div class="or">or</div>`}${buttons}
      ${hasPassword && request.pool.isSignUpAllowed && html`<p class="foot">New here? <a href="${visit.link("/signup")}">Create an account</a></p>`}`,
  });
}

export async function handleSignIn(visit: Visit): Promise<void> {
  const { pools, request, form } = visit;
  const loginName = form.get("username")?.trim() ?? "";
  try {
    if (!request.client.identityProviders.includes("COGNITO")) throw new AwsError("NotAuthorizedException", "Sign in with your provider.");
    // The page never tells whether a name exists, whatever the client's API setting is.
    const client = { ...request.client, isUserExistenceHidden: true };
    const user = await checkPassword(pools, { pool: request.pool, client, loginName, password: form.get("password") ?? "" });
    await continueSignIn(visit, user, []);
  } catch (error) {
    if (error instanceof AwsError && error.code === "UserNotConfirmedException") {
      visit.exchange.response.writeHead(303, { location: `${visit.link("/confirmUser")}&username=${encodeURIComponent(loginName)}` }).end();
      return;
    }
    showSignIn(visit, explain(error), loginName);
  }
}

function explain(error: unknown): Message {
  if (error instanceof AwsError && error.message === "Password attempts exceeded") {
    return { tone: "bad", text: "Too many wrong passwords. Wait a little, then try again." };
  }
  return toMessage(error);
}
