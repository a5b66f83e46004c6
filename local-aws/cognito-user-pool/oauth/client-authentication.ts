import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Directory } from "../directory/directory.ts";
import type { ClientRecord } from "../directory/records.ts";
import { OAuthError } from "./oauth-error.ts";

/**
 * Finds and authenticates the app client: `client_secret_basic`, `client_secret_post`, or `client_id` alone for a client
 * without secret. Throws OAuthError `invalid_client` / `invalid_request`.
 */
export function authenticateClient(request: IncomingMessage, form: URLSearchParams, directory: Directory): ClientRecord {
  const basic = readBasic(request.headers.authorization);
  const formId = form.get("client_id") ?? undefined;
  const formSecret = form.get("client_secret") ?? undefined;
  if (basic !== undefined && (formSecret !== undefined || (formId !== undefined && formId !== basic.id))) {
    throw new OAuthError("invalid_request");
  }
  const id = basic?.id ?? formId;
  if (id === undefined || id === "") throw new OAuthError("invalid_request");
  const client = directory.client(id);
  if (client === undefined) throw new OAuthError("invalid_client");
  const secret = basic?.secret ?? formSecret;
  if (client.secret === undefined ? Boolean(secret) : !isSame(client.secret, secret ?? "")) throw new OAuthError("invalid_client");
  return client;
}

function readBasic(authorization: string | undefined): { id: string; secret: string } | undefined {
  if (authorization === undefined) return undefined;
  const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(authorization) ?? [];
  const decoded = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) throw new OAuthError("invalid_client");
  try {
    return { id: formDecode(decoded.slice(0, colon)), secret: formDecode(decoded.slice(colon + 1)) };
  } catch {
    throw new OAuthError("invalid_client");
  }
}

/** RFC 6749, 2.3.1: both halves are form-encoded first. */
function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function isSame(expected: string, actual: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(actual));
}
