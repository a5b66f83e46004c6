import { createHash, createHmac } from "node:crypto";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { presignMqttUrl, requireSafeMqttUrl } from "../../../lib/connection/presign-mqtt-url.ts";
import { hmacSha256, sha256, toHex } from "../../../lib/connection/sha256.ts";

const keys = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "abc/def+ghi", sessionToken: "IQoJ//b3Jp+Z2lu==" };

describe("our signed WebSocket URL", () => {
  test("is the SDK's own, byte for byte, on port 443", () => {
    vi.stubGlobal("window", globalThis);
    const { create_mqtt5_websocket_url } = createRequire(import.meta.url)("aws-crt/dist.browser/browser/ws.js") as {
      create_mqtt5_websocket_url: (config: object) => string;
    };
    const nowMs = Date.UTC(2026, 10, 23, 4, 5, 6);
    vi.useFakeTimers({ now: nowMs });
    // The SDK takes the region of the signing key from the credentials, as its own providers set it.
    const credentials = {
      aws_region: "eu-west-1",
      aws_access_id: keys.accessKeyId,
      aws_secret_key: keys.secretAccessKey,
      aws_sts_token: keys.sessionToken,
    };
    const theirs = create_mqtt5_websocket_url({
      hostName: "abc-ats.iot.eu-west-1.amazonaws.com",
      port: 443,
      websocketOptions: {
        urlFactoryOptions: { urlFactory: 3, region: "eu-west-1", credentialsProvider: { getCredentials: () => credentials } },
      },
    });
    vi.useRealTimers();
    vi.unstubAllGlobals();
    const ours = presignMqttUrl({ mqttUrl: "wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt", region: "eu-west-1", keys, nowMs });
    expect(ours).toBe(theirs);
  });

  test("keeps the port and signs it", () => {
    const url = new URL(presignMqttUrl({ mqttUrl: "ws://127.0.0.1:8443/mqtt", region: "eu-west-1", keys, nowMs: 0 }));
    expect(url.host).toBe("127.0.0.1:8443");
    expect(url.searchParams.get("X-Amz-Date")).toBe("19700101T000000Z");
  });

  test.each(["ws://broker.example.com/mqtt", "ws://127.0.0.1.example.com/mqtt", "http://127.0.0.1/mqtt", "ws://10.0.0.1/mqtt"])(
    "is refused for %s: keys never travel in the clear",
    (mqttUrl) => {
      expect(() => requireSafeMqttUrl(mqttUrl)).toThrow("must be wss://");
    },
  );

  test.each(["wss://broker.example.com/mqtt", "ws://127.0.0.1:1/mqtt", "ws://[::1]:1/mqtt", "ws://localhost:1/mqtt"])(
    "is made for %s",
    (mqttUrl) => {
      expect(requireSafeMqttUrl(mqttUrl).pathname).toBe("/mqtt");
    },
  );
});

describe("our SHA-256", () => {
  test("equals node:crypto's for every length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 100 }), (message, key) => {
        expect(toHex(sha256(message))).toBe(createHash("sha256").update(message).digest("hex"));
        expect(toHex(hmacSha256(key, message))).toBe(createHmac("sha256", key).update(message).digest("hex"));
      }),
    );
  });
});
