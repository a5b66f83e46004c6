import { hmacSha256, sha256, toHex } from "./sha256.ts";

/** Temporary keys and where they are good. */
export interface SigningKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export interface PresignInput {
  /** `wss://host[:port]/mqtt`; `ws://` only on loopback. */
  mqttUrl: string;
  region: string;
  keys: SigningKeys;
  /** Server time: AWS takes a signature for minutes around it only (AWS.md D.3). */
  nowMs: number;
}

const SERVICE = "iotdevicegateway";
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const utf8 = new TextEncoder();

/** Throws when keys would travel in the clear: only loopback may be reached without TLS. */
export function requireSafeMqttUrl(mqttUrl: string): URL {
  const url = new URL(mqttUrl);
  const isSafe = url.protocol === "wss:" || (url.protocol === "ws:" && LOOPBACK.test(url.hostname));
  if (!isSafe) throw new Error("The MQTT address must be wss:// (ws:// is for loopback only).");
  return url;
}

function signingKey(secret: string, day: string, region: string): Uint8Array {
  let key = utf8.encode(`AWS4${secret}`);
  for (const part of [day, region, SERVICE, "aws4_request"]) key = new Uint8Array(hmacSha256(key, utf8.encode(part)));
  return key;
}

/**
 * The SigV4-signed WebSocket URL of AWS.md D.1. The result is a secret: it opens a connection for some minutes. The session token
 * follows the signature unsigned, and the port is kept, which the SDK's own builder drops (AWS.md D.2).
 */
export function presignMqttUrl({ mqttUrl, region, keys, nowMs }: PresignInput): string {
  const url = requireSafeMqttUrl(mqttUrl);
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = stamp.slice(0, 8);
  const scope = `${day}/${region}/${SERVICE}/aws4_request`;
  const query =
    `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${keys.accessKeyId}/${scope}`)}` +
    `&X-Amz-Date=${stamp}&X-Amz-SignedHeaders=host`;
  const request = `GET\n${url.pathname}\n${query}\nhost:${url.host}\n\nhost\n${toHex(sha256(new Uint8Array()))}`;
  const toSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${toHex(sha256(utf8.encode(request)))}`;
  const signature = toHex(hmacSha256(signingKey(keys.secretAccessKey, day, region), utf8.encode(toSign)));
  const token = `&X-Amz-Security-Token=${encodeURIComponent(keys.sessionToken)}`;
  return `${url.protocol}//${url.host}${url.pathname}?${query}&X-Amz-Signature=${signature}${token}`;
}
