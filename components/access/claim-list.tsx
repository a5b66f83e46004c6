import { Fact, Facts } from "@/components/ui/table";

/** Claims that identify a token rather than a person. */
const HIDDEN = new Set(["nonce", "at_hash", "jti", "origin_jti", "event_id", "exp", "iat", "auth_time"]);
const VALUE_LENGTH_MAX = 300;

const WORDS: Readonly<Record<string, string>> = {
  sub: "Subject",
  iss: "Issuer",
  aud: "App client",
  email: "E-mail",
  email_verified: "E-mail verified",
  name: "Name",
  token_use: "Token kind",
  identities: "Linked identities",
  "cognito:username": "User name",
  "cognito:groups": "Groups",
  "cognito:roles": "Roles",
  "cognito:preferred_role": "Preferred role",
};

/** The claims of the ID token as facts; the token itself stays on the server. */
export function ClaimList({ claims }: { readonly claims: Readonly<Record<string, unknown>> }) {
  const shown = Object.entries(claims).filter(([name]) => !HIDDEN.has(name));
  return (
    <Facts>
      {shown.map(([name, value]) => (
        <Fact key={name} label={WORDS[name] ?? name}>
          <span className="text-small font-mono break-all">{claimText(value)}</span>
        </Fact>
      ))}
    </Facts>
  );
}

function claimText(value: unknown): string {
  if (Array.isArray(value) && value.every((part) => typeof part === "string")) return value.join(", ").slice(0, VALUE_LENGTH_MAX);
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, VALUE_LENGTH_MAX);
}
