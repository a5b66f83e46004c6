import { AwsError } from "../platform/aws-error.ts";
import type { QueryParameter } from "./sigv4-canonical.ts";

/** The signature's parts, wherever they came from; every part has its right form, none is verified. */
export interface Authorization {
  readonly form: "header" | "query";
  readonly accessKeyId: string;
  readonly scopeDate: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  readonly signedHeaders: readonly string[];
  /** 64 lower-case hex digits. */
  readonly signature: string;
  /** As sent: `20150830T123600Z`. */
  readonly date: string;
  readonly signedAtMs: number;
  readonly expiresMs?: number;
  readonly sessionToken?: string;
}

type Headers = ReadonlyMap<string, readonly string[]>;

const ALGORITHM = "AWS4-HMAC-SHA256";
/** Longest life of a presigned request: seven days. */
const EXPIRES_SECONDS_MAX = 604_800;

/** Finds the one signature of a request. Throws AwsError `MissingAuthenticationTokenException` or `IncompleteSignatureException`. */
export function readAuthorization(headers: Headers, parameters: readonly QueryParameter[]): Authorization {
  const hasHeader = headers.has("authorization");
  const hasQuery = parameters.some(([name]) => /^x-amz-(algorithm|credential|signature)$/i.test(name));
  if (hasHeader && hasQuery) throw incomplete("Only one auth mechanism allowed: the Authorization header or X-Amz-* query parameters.");
  requireOne(headers, "host");
  if (hasHeader) return fromHeader(headers);
  if (hasQuery) return fromQuery(headers, parameters);
  throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
}

function fromHeader(headers: Headers): Authorization {
  const value = requireOne(headers, "authorization");
  const [algorithm, ...rest] = value.trim().split(/\s+/);
  if (algorithm !== ALGORITHM)
    throw incomplete(`Unsupported algorithm '${(algorithm ?? "").slice(0, 64)}': only ${ALGORITHM} is supported.`);
  const parts = new Map<string, string>();
  for (const part of rest.join("").split(",").filter(Boolean)) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    if (parts.has(name)) throw incomplete(`Authorization header has '${name.slice(0, 64)}' more than once.`);
    parts.set(name, equals < 0 ? "" : part.slice(equals + 1));
  }
  const need = (name: string) => parts.get(name) ?? fail(`Authorization header requires '${name}' parameter.`);
  const unknown = [...parts.keys()].find((name) => !["Credential", "SignedHeaders", "Signature"].includes(name));
  if (unknown !== undefined) throw incomplete(`Authorization header has the unknown parameter '${unknown.slice(0, 64)}'.`);
  const token = headers.has("x-amz-security-token") ? requireOne(headers, "x-amz-security-token") : undefined;
  return {
    form: "header",
    ...readCredential(need("Credential")),
    ...readDate(headerDate(headers)),
    signedHeaders: need("SignedHeaders").split(";"),
    signature: readSignature(need("Signature")),
    ...(token === undefined ? {} : { sessionToken: token }),
  };
}

function headerDate(headers: Headers): string {
  if (headers.has("x-amz-date")) return requireOne(headers, "x-amz-date");
  const date = headers.has("date") ? requireOne(headers, "date") : undefined;
  if (date === undefined) throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  const parsedMs = /^\d{8}T\d{6}Z$/.test(date) ? Number.NaN : Date.parse(date);
  return Number.isNaN(parsedMs) ? date : new Date(parsedMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function fromQuery(headers: Headers, parameters: readonly QueryParameter[]): Authorization {
  const signing = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (!/^x-amz-/i.test(name)) continue;
    // Two spellings of one parameter would let signer and reader see different values.
    const isRepeated = [...signing.keys()].some((known) => known.toLowerCase() === name.toLowerCase());
    if (isRepeated) throw incomplete(`AWS query-string parameter '${name.slice(0, 64)}' must occur once.`);
    signing.set(name, value);
  }
  const need = (name: string) =>
    signing.get(name) ?? fail(`AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`);
  if (need("X-Amz-Algorithm") !== ALGORITHM) throw incomplete(`Unsupported algorithm: only ${ALGORITHM} is supported.`);
  const queryToken = signing.get("X-Amz-Security-Token");
  if (queryToken !== undefined && headers.has("x-amz-security-token")) throw incomplete("X-Amz-Security-Token must occur once.");
  const token = queryToken ?? (headers.has("x-amz-security-token") ? requireOne(headers, "x-amz-security-token") : undefined);
  const expires = signing.get("X-Amz-Expires");
  return {
    form: "query",
    ...readCredential(need("X-Amz-Credential")),
    ...readDate(need("X-Amz-Date")),
    signedHeaders: need("X-Amz-SignedHeaders").split(";"),
    signature: readSignature(need("X-Amz-Signature")),
    ...(expires === undefined ? {} : { expiresMs: readExpiresMs(expires) }),
    ...(token === undefined ? {} : { sessionToken: token }),
  };
}

function readCredential(credential: string): Pick<Authorization, "accessKeyId" | "scopeDate" | "region" | "service" | "terminator"> {
  const [accessKeyId, scopeDate, region, service, terminator, ...more] = credential.split("/");
  if (!accessKeyId || !scopeDate || !region || !service || !terminator || more.length > 0) {
    throw incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.");
  }
  return { accessKeyId, scopeDate, region, service, terminator };
}

function readDate(date: string): Pick<Authorization, "date" | "signedAtMs"> {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const iso = `${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second ?? ""}.000Z`;
  const signedAtMs = Date.parse(iso);
  // The round trip refuses dates that only overflow into valid ones, such as 30 February.
  if (Number.isNaN(signedAtMs) || new Date(signedAtMs).toISOString() !== iso) {
    throw incomplete("Date must be in ISO-8601 'basic format' (YYYYMMDD'T'HHMMSS'Z').");
  }
  return { date, signedAtMs };
}

function readSignature(signature: string): string {
  if (!/^[0-9a-f]{64}$/.test(signature)) throw incomplete("The signature must be 64 lower-case hexadecimal digits.");
  return signature;
}

function readExpiresMs(expires: string): number {
  const seconds = /^[1-9]\d{0,5}$/.test(expires) ? Number(expires) : Number.NaN;
  if (!(seconds <= EXPIRES_SECONDS_MAX)) {
    throw incomplete(`X-Amz-Expires must be a whole number of seconds between 1 and ${EXPIRES_SECONDS_MAX}.`);
  }
  return seconds * 1000;
}

function requireOne(headers: Headers, name: string): string {
  const values = headers.get(name) ?? [];
  const [value] = values;
  if (value === undefined || value.trim() === "" || values.length > 1)
    throw incomplete(`The request must have exactly one '${name}' header.`);
  return value.trim();
}

function fail(message: string): never {
  throw incomplete(message);
}

function incomplete(message: string): AwsError {
  return new AwsError("IncompleteSignatureException", message, 403);
}
