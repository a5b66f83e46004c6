import { describe, expect, it } from "vitest";
import { inertBlock, inertText } from "../../../components/fleet/inert-text.ts";

describe("text from devices", () => {
  it.each([
    ["a right-to-left override", "exe\u202Egnp"],
    ["a zero-width space", "pump\u200B-01"],
    ["a byte order mark", "\uFEFFpump"],
    ["a tag character", "pump\u{E0041}"],
    ["an escape sequence", "pump\u001B[31m"],
    ["a soft hyphen", "pu\u00ADmp"],
  ])("shows %s instead of obeying it", (_what, text) => {
    expect(inertText(text)).toContain("\uFFFD");
  });

  it("keeps names of any script, and joined signs, as they are", () => {
    for (const name of ["محطة المضخة", "ポンプ 01", "👩‍🔧 Pump house", "नी‍ति"]) expect(inertText(name)).toBe(name);
  });

  it("cuts what is too long, between characters", () => {
    expect(inertText("Ω".repeat(10_000), 5)).toBe("ΩΩΩΩΩ…");
    expect(inertText("🚰".repeat(400), 3)).toBe("🚰🚰🚰…");
  });

  it("puts one line on one line and leaves the lines of a block", () => {
    expect(inertText("a\n\tb")).toBe("a b");
    expect(inertBlock("a\n\tb", 10)).toBe("a\n\tb");
  });

  it("is fast on a megabyte", () => {
    const startedAtMs = performance.now();
    inertText("\u202E".repeat(1_000_000));
    expect(performance.now() - startedAtMs).toBeLessThan(500);
  });
});
