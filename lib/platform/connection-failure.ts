/** Why another machine could not be talked to, as far as Node tells: each has somebody else to mend it. */
export type ConnectionFailure =
  "name" | "unreachable" | "no-answer" | "cut" | "certificate-expired" | "certificate-host" | "certificate-untrusted";

const BY_CODE: readonly (readonly [RegExp, ConnectionFailure])[] = [
  [/^(?:ENOTFOUND|EAI_)/, "name"],
  [/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/, "unreachable"],
  [/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, "no-answer"],
  [/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "cut"],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, "certificate-expired"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "certificate-host"],
  [
    /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF))/,
    "certificate-untrusted",
  ],
];

/** Finds it in an error, its causes and what it bundles; undefined when the other side was reached. */
export function connectionFailureOf(error: unknown): ConnectionFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const known = typeof code === "string" ? BY_CODE.find(([shape]) => shape.test(code)) : undefined;
  if (known) return known[1];
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const next of [...inner, cause]) {
    const found = next === error ? undefined : connectionFailureOf(next);
    if (found !== undefined) return found;
  }
  return undefined;
}

const WORDS: Record<ConnectionFailure, string> = {
  name: "name does not resolve",
  unreachable: "address answers nobody",
  "no-answer": "address does not answer in time",
  cut: "side ended the connection",
  "certificate-expired": "certificate has expired or is not valid yet",
  "certificate-host": "certificate is for another host",
  "certificate-untrusted": "certificate is signed by nobody the Thingdeck server trusts",
};

/** A plain sentence, e.g. "The broker's certificate is for another host."; `whose` is a possessive. */
export const failureSentence = (whose: string, failure: ConnectionFailure): string => `${whose} ${WORDS[failure]}.`;

/** Reads it from an answer of the server; undefined for anything else. */
export const parseConnectionFailure = (value: unknown): ConnectionFailure | undefined =>
  typeof value === "string" && Object.hasOwn(WORDS, value) ? (value as ConnectionFailure) : undefined;
