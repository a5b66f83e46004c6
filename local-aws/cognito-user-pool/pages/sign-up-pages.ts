import { AwsError } from "../../platform/aws-error.ts";
import { describePasswordPolicy } from "../passwords/password-policy.ts";
import { confirmSignUp, resendConfirmation, signUp } from "../users/sign-up.ts";
import { codeField } from "./challenge-pages.ts";
import { readCode } from "./challenge-forms.ts";
import { brandOf, toMessage, type Visit } from "./hosted-page.ts";
import { html } from "./html.ts";
import { field, message, submit, type Message } from "./parts.ts";
import { showSignIn } from "./sign-in-page.ts";

/** Attributes asked for at sign-up beside name and password: what the pool requires, and a display name. */
function askedAttributes({ request }: Visit): readonly { name: string; label: string; isRequired: boolean }[] {
  const { attributes, usernameAttributes, autoVerifiedAttributes } = request.pool;
  const isWritable = (name: string) => request.client.writeAttributes?.includes(name) ?? true;
  return attributes
    .filter(({ name, isRequired }) => isRequired || name === "name" || autoVerifiedAttributes.includes(name))
    .filter(({ name }) => isWritable(name) && !usernameAttributes.some((attribute) => attribute === name))
    .map(({ name, isRequired }) => ({ name, label: LABELS[name] ?? name.replace(/^custom:/, "").replaceAll("_", " "), isRequired }));
}

const LABELS: Readonly<Record<string, string>> = { name: "Full name", email: "Email", given_name: "First name", family_name: "Last name" };
const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  name: "name",
  email: "email",
  given_name: "given-name",
  family_name: "family-name",
};

export function showSignUp(visit: Visit, problem?: Message): void {
  const { request, form } = visit;
  if (!request.pool.isSignUpAllowed) {
    showSignIn(visit, { tone: "bad", text: "Accounts are made by an administrator here." });
    return;
  }
  const isEmailName = request.pool.usernameAttributes.includes("email");
  visit.show({
    title: "Create an account",
    status: problem === undefined ? 200 : 400,
    body: html`<h1>Create an account</h1>
      <p class="lead">for ${brandOf(request.pool)}</p>
      ${message(problem)}
      <form method="post" action="${visit.link("/signup")}">
        ${visit.csrf()}
        ${field(
          {
            name: "username",
            label: isEmailName ? "Email" : "Username",
            type: isEmailName ? "email" : "text",
            autocomplete: "username",
            value: form.get("username") ?? undefined,
            isFocused: true,
          },
          problem,
        )}
        ${askedAttributes(visit).map(({ name, label, isRequired }) =>
          field(
            {
              name: `attribute.${name}`,
              label: isRequired ? label : `${label} (optional)`,
              type: name === "email" ? "email" : "text",
              autocomplete: AUTOCOMPLETE[name] ?? "off",
              value: form.get(`attribute.${name}`) ?? undefined,
              isOptional: !isRequired,
            },
            problem,
          ),
        )}
        ${field({ name: "password", label: "Password", type: "password", autocomplete: "new-password", hint: describePasswordPolicy(request.pool.passwordPolicy) }, problem)}
        ${submit("Create account")}
      </form>
      <p class="foot">Have an account? <a href="${visit.link("/login")}">Sign in</a></p>`,
  });
}

export async function handleSignUp(visit: Visit): Promise<void> {
  const { pools, request, form } = visit;
  const username = form.get("username")?.trim() ?? "";
  const given = askedAttributes(visit).map(({ name }): [string, string] => [name, form.get(`attribute.${name}`)?.trim() ?? ""]);
  const attributes = Object.fromEntries(given.filter(([, value]) => value !== ""));
  try {
    await signUp(pools, { pool: request.pool, client: request.client, username, password: form.get("password") ?? "", attributes });
    showConfirm(visit, { loginName: username, note: { tone: "good", text: "We sent a code to your address. It is good for 24 hours." } });
  } catch (error) {
    showSignUp(visit, toMessage(error));
  }
}

/** Asks for the confirmation code; also reached from a sign-in before confirmation. */
export function showConfirm(visit: Visit, { loginName, note }: { loginName: string; note?: Message }): void {
  const name = html`<input type="hidden" name="username" value="${loginName}" />`;
  visit.show({
    title: "Confirm your account",
    status: note?.tone === "bad" ? 400 : 200,
    body: html`<h1>Confirm your account</h1>
      <p class="lead">Type the six-digit code sent to the address of ${loginName}.</p>
      ${message(note)}
      <form method="post" action="${visit.link("/confirmUser")}">
        ${visit.csrf()}${name}${codeField("Confirmation code", note)}${submit("Confirm")}
      </form>
      <form method="post" action="${visit.link("/resendcode")}" class="foot">
        ${visit.csrf()}${name}No code? <button class="link" type="submit">Send another</button>
      </form>
      <p class="foot"><a href="${visit.link("/login")}">Back to sign in</a></p>`,
  });
}

export function handleConfirm(visit: Visit): void {
  const { pools, request, form } = visit;
  const loginName = form.get("username") ?? "";
  try {
    const user = pools.directory.users.find(request.pool.poolId, loginName);
    if (user === undefined) throw new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
    confirmSignUp(pools, user, readCode(form));
    showSignIn(visit, { tone: "good", text: "Your account is confirmed. Sign in to go on." }, loginName);
  } catch (error) {
    showConfirm(visit, { loginName, note: toMessage(error) });
  }
}

export function handleResend(visit: Visit): void {
  const { pools, request, form } = visit;
  const loginName = form.get("username") ?? "";
  try {
    const user = pools.directory.users.find(request.pool.poolId, loginName);
    if (user !== undefined) resendConfirmation(pools, user);
    showConfirm(visit, { loginName, note: { tone: "good", text: "A new code is on its way." } });
  } catch (error) {
    showConfirm(visit, { loginName, note: toMessage(error) });
  }
}
