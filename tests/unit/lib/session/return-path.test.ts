import fc from "fast-check";
import { expect, test } from "vitest";
import { safeReturnPath } from "../../../../lib/session/return-path.ts";

const ORIGIN = "https://deck.example";

test.each([
  ["/devices?q=pump&state=live#top", "/devices?q=pump&state=live#top"],
  [`${ORIGIN}/devices`, "/devices"],
  ["/devices/harbor-pump-01?from=1&to=2", "/devices/harbor-pump-01?from=1&to=2"],
])("%s is kept", (value, path) => {
  expect(safeReturnPath(value, ORIGIN)).toBe(path);
});

test.each([
  ...["https://evil.example", "//evil.example", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)", "data:text/html,x"],
  ...["https://deck.example.evil.example/", "https://deck.example@evil.example/", "http://deck.example/", `${ORIGIN}.evil.example/x`],
  ...["/%00", "/x%0d%0aSet-Cookie:a=b", "/\r\nx", "/%5cevil.example", "/.//evil.example", "/..//evil.example", " /x", "", "devices"],
  ...[`/${"a".repeat(3000)}`, "/api/session", "/sign-in?callbackUrl=/sign-in"],
  ...[undefined, null, 5, ["/devices"], { href: "/devices" }],
])("%j leads home", (value) => {
  expect(safeReturnPath(value, ORIGIN)).toBe("/");
});

test("whatever is asked for, the browser stays on this origin", () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("/", "\\", ".", "%", "2", "f", "5", "c", "@", ":", "e", "\t", "?", "#") }),
    fc
      .tuple(
        fc.constantFrom("https://", "http://", "//", "javascript:", "data:", "https://user@", `${ORIGIN}.`, `${ORIGIN}@`),
        fc.string(),
        fc.string(),
      )
      .map(([scheme, host, path]) => `${scheme}${host}/${path}`),
  );
  fc.assert(
    fc.property(hostile, (value) => {
      const path = safeReturnPath(value, ORIGIN);
      if (!path.startsWith("/")) throw new Error(path);
      if (new URL(path, ORIGIN).origin !== ORIGIN) throw new Error(path);
      if (new URL(`${ORIGIN}${path}`).origin !== ORIGIN) throw new Error(path);
    }),
    { numRuns: 500 },
  );
});
