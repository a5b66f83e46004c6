import { randomBytes } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id in IAM's form: a four-letter prefix that names its kind, then `length` random characters. */
export function randomId(prefix: "AKIA" | "ASIA" | "AROA" | "AIDA" | "ANPA", length = 16): string {
  return prefix + [...randomBytes(length)].map((byte) => BASE32.charAt(byte % 32)).join("");
}

/** 40 characters, as AWS's secret access keys have. */
export function randomSecret(): string {
  return randomBytes(30).toString("base64");
}

/** An opaque token of a realistic length: clients that cut headers or URLs short are found out here. */
export function randomSessionToken(): string {
  return `IQoJb3JpZ2luX2Vj${randomBytes(540).toString("base64")}`;
}
