import { randomInt } from "node:crypto";
import { AwsError } from "../../platform/aws-error.ts";
import type { PasswordPolicy } from "../directory/records.ts";

const LOWERCASE = "abcdefghijkmnopqrstuvwxyz";
const UPPERCASE = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS = "23456789";
/** The characters AWS counts as symbols ("Adding user pool password requirements"). */
const SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";

const RULES: readonly {
  isAsked: (policy: PasswordPolicy) => boolean;
  isMet: (password: string) => boolean;
  text: string;
  label: string;
}[] = [
  {
    isAsked: (p) => p.requiresLowercase,
    isMet: (s) => /[a-z]/.test(s),
    text: "Password must have lowercase characters",
    label: "a lowercase letter",
  },
  {
    isAsked: (p) => p.requiresUppercase,
    isMet: (s) => /[A-Z]/.test(s),
    text: "Password must have uppercase characters",
    label: "an uppercase letter",
  },
  { isAsked: (p) => p.requiresNumbers, isMet: (s) => /[0-9]/.test(s), text: "Password must have numeric characters", label: "a number" },
  { isAsked: (p) => p.requiresSymbols, isMet: (s) => hasSymbol(s), text: "Password must have symbol characters", label: "a symbol" },
];

/** A space counts as a symbol unless it leads or trails. */
function hasSymbol(password: string): boolean {
  return Array.from(password).some((character) => SYMBOLS.includes(character)) || /\S \S/.test(password);
}

/** Throws `InvalidPasswordException` with AWS's words, or `InvalidParameterException` for what no policy can admit. */
export function assertPasswordConforms(password: string, policy: PasswordPolicy): void {
  if (password.length > 256 || !/^[\S]+.*[\S]+$/s.test(password)) {
    throw new AwsError(
      "InvalidParameterException",
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
    );
  }
  if (Array.from(password).length < policy.minimumLength) refuse("Password not long enough");
  for (const rule of RULES) if (rule.isAsked(policy) && !rule.isMet(password)) refuse(rule.text);
}

function refuse(reason: string): never {
  throw new AwsError("InvalidPasswordException", `Password did not conform with policy: ${reason}`);
}

/** The policy as one sentence for a person choosing a password. */
export function describePasswordPolicy(policy: PasswordPolicy): string {
  const wanted = RULES.filter((rule) => rule.isAsked(policy)).map((rule) => rule.label);
  const rest = wanted.length === 0 ? "" : `, with ${new Intl.ListFormat("en").format(wanted)}`;
  return `At least ${policy.minimumLength} characters${rest}.`;
}

/** A random password every policy admits, for people an administrator makes without naming one. */
export function generatePassword(policy: PasswordPolicy): string {
  const all = LOWERCASE + UPPERCASE + DIGITS + "!@#%&+-=";
  const pick = (from: string) => from.charAt(randomInt(from.length));
  const length = Math.max(policy.minimumLength, 12);
  const characters = [pick(LOWERCASE), pick(UPPERCASE), pick(DIGITS), pick("!@#%&+=")];
  while (characters.length < length) characters.push(pick(all));
  for (let at = characters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [characters[at], characters[other]] = [characters[other] ?? "", characters[at] ?? ""];
  }
  return characters.join("");
}
