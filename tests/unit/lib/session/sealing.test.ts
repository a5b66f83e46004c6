import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSealer } from "../../../../lib/session/sealing.ts";
import { createSessionId, hashSessionId } from "../../../../lib/session/session-id.ts";

const [first, second] = [randomBytes(32), randomBytes(32)];

describe("sealed tokens", () => {
  test("open again in the place they were sealed for, and nowhere else", () => {
    const sealer = createSealer([first]);
    const sealed = sealer.seal("secret", "row-1");
    expect(sealer.open(sealed, "row-1")).toBe("secret");
    expect(sealer.open(sealed, "row-2")).toBeUndefined();
  });

  test("never look the same twice and never hold the text", () => {
    const sealer = createSealer([first]);
    const seals = Array.from({ length: 100 }, () => sealer.seal("secret", "row"));
    expect(new Set(seals).size).toBe(100);
    expect(seals.join()).not.toContain(Buffer.from("secret").toString("base64url"));
  });

  test("do not open when any character was changed", () => {
    const sealer = createSealer([first]);
    const sealed = sealer.seal("secret", "row");
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === "A" ? "B" : "A";
      const altered = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
      const isSameBytes = Buffer.from(altered.split(".")[3] ?? "", "base64url").equals(
        Buffer.from(sealed.split(".")[3] ?? "", "base64url"),
      );
      if (altered.split(".").slice(0, 3).join() === sealed.split(".").slice(0, 3).join() && isSameBytes) continue;
      expect(sealer.open(altered, "row")).toBeUndefined();
    }
  });

  test("open under an older key after a new one was put in front, not after it was dropped", () => {
    const sealed = createSealer([first]).seal("secret", "row");
    expect(createSealer([second, first]).open(sealed, "row")).toBe("secret");
    expect(createSealer([second]).open(sealed, "row")).toBeUndefined();
  });

  test.each(["", "v1", "v1...", "v2.a.b.c", "v1.00000000.AAAA.AAAA", "v1.".repeat(1000)])(
    "%j opens to nothing and throws nothing",
    (text) => {
      expect(createSealer([first]).open(text, "row")).toBeUndefined();
    },
  );
});

describe("session ids", () => {
  test("are 256 random bits and stored as a hash only", () => {
    const id = createSessionId();
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(createSessionId()).not.toBe(id);
    expect(hashSessionId(id)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(["", "short", "A".repeat(44), `${"A".repeat(42)}\n`, "a.b"])("%j is no session id", (text) => {
    expect(hashSessionId(text)).toBeUndefined();
  });
});
