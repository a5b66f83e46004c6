import { describePasswordPolicy } from "../passwords/password-policy.ts";
import { confirmForgotPassword, forgotPassword } from "../users/recover-password.ts";
import { readCode, readNewPassword } from "./challenge-forms.ts";
import { newPasswordFields } from "./challenge-pages.ts";
import { toMessage, type Visit } from "./hosted-page.ts";
import { html } from "./html.ts";
import { field, message, submit, type Message } from "./parts.ts";
import { loginNameLabel, showSignIn } from "./sign-in-page.ts";

/** Whatever the client's API setting is, the pages never tell who exists. */
function recoveryOf({ request, form }: Visit) {
  return { pool: request.pool, client: { isUserExistenceHidden: true }, loginName: form.get("username")?.trim() ?? "" };
}

export function showForgotPassword(visit: Visit, problem?: Message): void {
  visit.show({
    title: "Forgot your password?",
    status: problem === undefined ? 200 : 400,
    body: html`<h1>Forgot your password?</h1>
      <p class="lead">We send a code to the address of your account.</p>
      ${message(problem)}
      <form method="post" action="${visit.link("/forgotPassword")}">
        ${visit.csrf()}
        ${field({ name: "username", label: loginNameLabel(visit), autocomplete: "username", value: visit.form.get("username") ?? undefined, isFocused: true })}
        ${submit("Send code")}
      </form>
      <p class="foot"><a href="${visit.link("/login")}">Back to sign in</a></p>`,
  });
}

export function handleForgotPassword(visit: Visit): void {
  try {
    const { Destination: destination } = forgotPassword(visit.pools, recoveryOf(visit));
    showReset(visit, { tone: "good", text: `If the account exists, a code is on its way to ${destination}. It is good for one hour.` });
  } catch (error) {
    showForgotPassword(visit, toMessage(error));
  }
}

function showReset(visit: Visit, note: Message): void {
  visit.show({
    title: "Choose a new password",
    status: note.tone === "bad" ? 400 : 200,
    body: html`<h1>Choose a new password</h1>
      ${message(note)}
      <form method="post" action="${visit.link("/confirmforgotPassword")}">
        ${visit.csrf()}
        <input type="hidden" name="username" value="${recoveryOf(visit).loginName}" />
        ${field({ name: "code", label: "Code", autocomplete: "one-time-code", isCode: true, isFocused: true }, note)}
        ${newPasswordFields(describePasswordPolicy(visit.request.pool.passwordPolicy), { isFocused: false, problem: note })}
        ${submit("Save new password")}
      </form>
      <p class="foot"><a href="${visit.link("/forgotPassword")}">Send another code</a></p>`,
  });
}

export async function handleConfirmForgotPassword(visit: Visit): Promise<void> {
  const { pools, form } = visit;
  try {
    await confirmForgotPassword(pools, recoveryOf(visit), { code: readCode(form), password: readNewPassword(form) });
    showSignIn(visit, { tone: "good", text: "Your password is changed. Sign in with the new one." }, recoveryOf(visit).loginName);
  } catch (error) {
    showReset(visit, toMessage(error));
  }
}
