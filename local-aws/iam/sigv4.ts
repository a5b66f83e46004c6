import { createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../platform/aws-error.ts";
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalQuery,
  parseQuery,
  sha256Hex,
  splitTarget,
  type QueryParameter,
  type SignableRequest,
} from "./sigv4-canonical.ts";
import { readAuthorization, type Authorization } from "./sigv4-authorization.ts";

export type { SignableRequest } from "./sigv4-canonical.ts";

/** What is known about an access key. A session token makes it a temporary key, which is refused without that token. */
export interface SigningKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Epoch milliseconds; absent on long-term keys. */
  readonly expiresAtMs?: number | undefined;
}

export interface Sigv4Options {
  readonly nowMs: number;
  readonly region: string;
  /** Names of the credential scope that are accepted, e.g. `["iotdevicegateway", "iotdata"]`. */
  readonly services: readonly string[];
  lookUpKey(accessKeyId: string): SigningKey | undefined;
  /** Resolve dot segments and empty segments of the path before signing; AWS does for every service but S3. Default true. */
  readonly normalizesPath?: boolean;
}

export interface VerifiedSignature {
  readonly accessKeyId: string;
  readonly service: string;
  readonly signedAtMs: number;
}

/** Five minutes to either side of the server's clock. Source: Signature Version 4, "Elements of a request signature". */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Stands in for the secret of an unknown key, so that it costs the same work and gets the same answer as a bad signature. */
const NO_KEY: SigningKey = { secretAccessKey: "no-such-key-no-such-key-no-such-key-0000" };

/**
 * Verifies the SigV4 signature of `request`, in its header or its query form.
 * Accepts a session token added after signing (the AWS IoT rule) and a `host` signed without its port (as browsers' CRT does).
 * Throws AwsError 403 `MissingAuthenticationTokenException`, `IncompleteSignatureException`, `InvalidSignatureException`,
 * `UnrecognizedClientException` or `ExpiredTokenException`; an unknown key and a wrong signature get the same answer.
 */
export function verifySigv4(request: SignableRequest, options: Sigv4Options): VerifiedSignature {
  const { path, query } = splitTarget(request.target);
  // Resolved, a path without its slash would be signed like one with it.
  if (path !== "" && !path.startsWith("/")) throw mismatch();
  const parameters = parseQuery(query);
  if (parameters === undefined) throw incomplete("The query string is not validly percent-encoded.");
  const headers = groupHeaders(request.headers);
  const authorization = readAuthorization(headers, parameters);
  requireScope(authorization, options);
  requireTime(authorization, options.nowMs);
  requireSignedHeaders(authorization, headers);
  const known = options.lookUpKey(authorization.accessKeyId);
  const bodyHash = sha256Hex(request.body ?? "");
  const declaredHash = headers.get("x-amz-content-sha256")?.[0];
  const isBodyAsDeclared = declaredHash === undefined || declaredHash === bodyHash;
  const isMatch = candidates({ authorization, headers, parameters })
    .map(({ canonicalQuery: signedQuery, canonicalHeaders }) =>
      sha256Hex(
        [
          request.method,
          canonicalPath(path, options.normalizesPath ?? true),
          signedQuery,
          canonicalHeaders,
          authorization.signedHeaders.join(";"),
          bodyHash,
        ].join("\n"),
      ),
    )
    .map((requestHash) => isSignedBy((known ?? NO_KEY).secretAccessKey, authorization, requestHash))
    .includes(true);
  if (!isMatch || known === undefined || !isBodyAsDeclared) throw mismatch();
  requireToken(authorization.sessionToken, known, options.nowMs);
  return { accessKeyId: authorization.accessKeyId, service: authorization.service, signedAtMs: authorization.signedAtMs };
}

function groupHeaders(headers: SignableRequest["headers"]): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const values = grouped.get(key);
    if (values === undefined) grouped.set(key, [value]);
    else values.push(value);
  }
  return grouped;
}

function requireScope(authorization: Authorization, { region, services }: Sigv4Options): void {
  if (authorization.terminator !== "aws4_request") {
    throw scopeError(`Credential should be scoped with a valid terminator: 'aws4_request', not '${authorization.terminator}'.`);
  }
  if (authorization.scopeDate !== authorization.date.slice(0, 8)) {
    throw scopeError(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${authorization.scopeDate}' != '${authorization.date.slice(0, 8)}', from '${authorization.date}'.`,
    );
  }
  if (authorization.region !== region) {
    throw scopeError(`Credential should be scoped to a valid region, not '${authorization.region}'. `.trim());
  }
  if (!services.includes(authorization.service)) {
    throw scopeError(`Credential should be scoped to correct service: '${services[0] ?? ""}'. `.trim());
  }
}

function requireTime({ date, signedAtMs, expiresMs }: Authorization, nowMs: number): void {
  const now = isoBasic(nowMs);
  const ageMs = nowMs - signedAtMs;
  if (ageMs > CLOCK_SKEW_MS) {
    const limit = isoBasic(nowMs - CLOCK_SKEW_MS);
    throw scopeError(`Signature expired: ${date} is now earlier than ${limit} (${now} - 5 min.)`);
  }
  if (ageMs < -CLOCK_SKEW_MS) {
    const limit = isoBasic(nowMs + CLOCK_SKEW_MS);
    throw scopeError(`Signature not yet current: ${date} is still later than ${limit} (${now} + 5 min.)`);
  }
  // AWS IoT does not stretch its window for X-Amz-Expires (AWS.md D.3); a shorter life is honoured.
  if (expiresMs !== undefined && ageMs > expiresMs) {
    throw scopeError(`Signature expired: ${date} is now earlier than ${isoBasic(nowMs - expiresMs)} (${now} - ${expiresMs / 1000} s.)`);
  }
}

/** `host` and every `x-amz-*` header take part in the signature; the token may be added after signing. */
function requireSignedHeaders({ signedHeaders, form }: Authorization, headers: ReadonlyMap<string, readonly string[]>): void {
  if (!signedHeaders.includes("host")) {
    throw incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (signedHeaders.some((name, index) => index > 0 && name <= (signedHeaders[index - 1] ?? ""))) {
    throw incomplete("'SignedHeaders' must be in lower case, sorted and without repetition.");
  }
  const unsent = signedHeaders.find((name) => !headers.has(name));
  if (unsent !== undefined) throw mismatch();
  if (form === "header" && !signedHeaders.includes("x-amz-date") && !signedHeaders.includes("date")) {
    throw incomplete("'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const unsigned = [...headers.keys()].find(
    (name) => name.startsWith("x-amz-") && name !== "x-amz-security-token" && !signedHeaders.includes(name),
  );
  if (unsigned !== undefined) throw mismatch();
}

interface Candidate {
  readonly canonicalQuery: string;
  readonly canonicalHeaders: string;
}

/** The forms a legitimate client may have signed: host with or without port, token inside or (query form) added afterwards. */
function candidates(input: {
  authorization: Authorization;
  headers: ReadonlyMap<string, readonly string[]>;
  parameters: readonly QueryParameter[];
}): Candidate[] {
  const { authorization, headers, parameters } = input;
  const host = headers.get("host")?.[0] ?? "";
  const bareHost = host.replace(/(?<=\S):\d+$/, "");
  const hosts = host === bareHost ? [host] : [host, bareHost];
  const hasQueryToken = authorization.form === "query" && authorization.sessionToken !== undefined;
  const queries = (hasQueryToken ? [[], ["X-Amz-Security-Token"]] : [[]]).map((without) =>
    canonicalQuery(parameters, authorization.form === "query" ? ["X-Amz-Signature", ...without] : without),
  );
  return hosts.flatMap((hostValue) => {
    const canonicalHeaders = authorization.signedHeaders
      .map((name) => `${name}:${canonicalHeaderValue(name === "host" ? [hostValue] : (headers.get(name) ?? []))}\n`)
      .join("");
    return queries.map((signedQuery) => ({ canonicalQuery: signedQuery, canonicalHeaders }));
  });
}

function isSignedBy(secretAccessKey: string, authorization: Authorization, requestHash: string): boolean {
  const { scopeDate, region, service, terminator, date, signature } = authorization;
  const scope = `${scopeDate}/${region}/${service}/${terminator}`;
  const key = [scopeDate, region, service, terminator].reduce<Buffer | string>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const expected = createHmac("sha256", key).update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${requestHash}`).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"));
}

function requireToken(sessionToken: string | undefined, key: SigningKey, nowMs: number): void {
  if (!isSameToken(sessionToken ?? "", key.sessionToken ?? "")) {
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
  }
  if (key.expiresAtMs !== undefined && nowMs >= key.expiresAtMs) {
    throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", 403);
  }
}

/** Compares digests, so that neither length nor first difference shows in the time taken. */
function isSameToken(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(a)), Buffer.from(sha256Hex(b)));
}

/** `20150830T123600Z` */
export function isoBasic(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function incomplete(message: string): AwsError {
  return new AwsError("IncompleteSignatureException", message, 403);
}

function scopeError(message: string): AwsError {
  return new AwsError("InvalidSignatureException", message, 403);
}

function mismatch(): AwsError {
  return new AwsError(
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    403,
  );
}
