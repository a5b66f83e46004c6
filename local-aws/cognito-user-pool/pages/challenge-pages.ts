import type { Challenge, ChallengeName } from "../sign-in/challenges.ts";
import { newTotpSecret, totpUri } from "../sign-in/totp.ts";
import { describePasswordPolicy } from "../passwords/password-policy.ts";
import { brandOf, type Visit } from "./hosted-page.ts";
import { html, type Html } from "./html.ts";
import { field, message, submit, type Message } from "./parts.ts";

/** The page for what a half-signed-in user must answer next. */
export async function showChallenge(visit: Visit, session: string, problem?: Message): Promise<void> {
  const challenge = visit.pools.challenges.get(session, visit.request.client.clientId);
  const page = await PAGES[challenge.name](visit, { session, challenge, problem });
  visit.show({
    title: page.title,
    status: problem === undefined ? 200 : 400,
    body: html`<h1>${page.title}</h1>
      <p class="lead">${page.lead}</p>
      ${message(problem)}
      <form method="post" action="${visit.link(page.action)}">
        ${visit.csrf()}<input type="hidden" name="session" value="${session}" /> ${page.fields}${submit(page.button)}
      </form>
      <p class="foot"><a href="${visit.link("/login")}">Sign in as someone else</a></p>`,
  });
}

interface ChallengePage {
  readonly title: string;
  readonly lead: string;
  readonly action: string;
  readonly fields: Html;
  readonly button: string;
}

interface AskedChallenge {
  readonly session: string;
  readonly challenge: Challenge;
  readonly problem: Message | undefined;
}

const PAGES: Readonly<Record<ChallengeName, (visit: Visit, asked: AskedChallenge) => ChallengePage | Promise<ChallengePage>>> = {
  NEW_PASSWORD_REQUIRED: ({ request }, { problem }) => ({
    title: "Choose a new password",
    lead: "Your password was set by an administrator. Choose one only you know.",
    action: "/login/new-password",
    fields: newPasswordFields(describePasswordPolicy(request.pool.passwordPolicy), { problem }),
    button: "Save and sign in",
  }),
  SOFTWARE_TOKEN_MFA: (_visit, { problem }) => ({
    title: "Enter your code",
    lead: "Open your authenticator app and type the six digits it shows.",
    action: "/login/totp",
    fields: codeField("Authenticator code", problem),
    button: "Sign in",
  }),
  MFA_SETUP: totpSetupPage,
  PASSWORD_VERIFIER: () => {
    throw new Error("the hosted pages never start an SRP exchange");
  },
};

async function totpSetupPage({ pools, request }: Visit, { session, challenge, problem }: AskedChallenge): Promise<ChallengePage> {
  const secret = challenge.totpSecret ?? newTotpSecret();
  if (challenge.totpSecret === undefined) pools.challenges.update(session, { totpSecret: secret });
  const user = pools.directory.users.bySub(challenge.poolId, challenge.sub);
  const { toDataURL } = await import("qrcode");
  const image = await toDataURL(totpUri(secret, user?.username ?? "", brandOf(request.pool)), { margin: 1, width: 400 });
  return {
    title: "Set up your authenticator",
    lead: "Scan this with an authenticator app, then type the six digits it shows.",
    action: "/login/totp-setup",
    fields: html`<div class="qr"><img src="${image}" alt="QR code with the authenticator key below" width="200" height="200" /></div>
      <p class="hint">No camera? Type this key into the app: <code>${secret.match(/.{1,4}/g)?.join(" ")}</code></p>
      ${codeField("Authenticator code", problem)}`,
    button: "Turn on and sign in",
  };
}

/** The two inputs of a new password; they are compared on the server. */
export function newPasswordFields(
  hint: string,
  { isFocused = true, problem }: { isFocused?: boolean; problem?: Message | undefined } = {},
): Html {
  return html`${field({ name: "new_password", label: "New password", type: "password", autocomplete: "new-password", hint, isFocused }, problem)}
  ${field({ name: "confirm_password", label: "New password again", type: "password", autocomplete: "new-password" })}`;
}

export function codeField(label: string, problem?: Message): Html {
  return field({ name: "code", label, autocomplete: "one-time-code", isCode: true, isFocused: true }, problem);
}
