import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A position in a list as an opaque text that only the holder of `key` can have made, for this scope (who asked, and for what). */
export function signCursor(position: unknown, scope: unknown, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(position)).toString("base64url");
  return `${body}.${sign(body, scope, key).toString("base64url")}`;
}

/** The position, or undefined for a cursor that was altered or made for another scope. Any of `keys` may have made it. */
export function openSignedCursor(cursor: string, scope: unknown, keys: readonly Buffer[]): unknown {
  const [body = "", signature = "", ...rest] = cursor.split(".");
  const given = Buffer.from(signature, "base64url");
  const isGenuine =
    rest.length === 0 && given.toString("base64url") === signature && keys.some((key) => isEqual(given, sign(body, scope, key)));
  return isGenuine ? (JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as unknown) : undefined;
}

function sign(body: string, scope: unknown, key: Buffer): Buffer {
  const digest = createHash("sha256").update(JSON.stringify(scope)).digest("hex");
  return createHmac("sha256", key).update(`cursor\n${digest}\n${body}`).digest();
}

const isEqual = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);
