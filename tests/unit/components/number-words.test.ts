import { expect, test } from "vitest";
import { fixedWords } from "../../../components/fleet/number-words.ts";
import { metricText } from "../../../components/fleet/metric-words.ts";

test("thousands stand apart in every number, its fraction untouched", () => {
  expect(fixedWords(48_952.8, 1)).toBe("48,952.8");
  expect(fixedWords(-1_234_567.1234, 4)).toBe("-1,234,567.1234");
  expect(fixedWords(999.96, 1)).toBe("1,000.0");
  expect(fixedWords(999.9, 0)).toBe("1,000");
  expect(fixedWords(512, 0)).toBe("512");
});

test("a value that rounds to nothing has no sign", () => {
  expect(fixedWords(-0.04, 1)).toBe("0.0");
});

test("a reading has its metric's decimals, and thousands apart", () => {
  expect(metricText({ decimals: 2 }, 3.9)).toBe("3.90");
  expect(metricText({ decimals: 1 }, 48_952.8)).toBe("48,952.8");
});
