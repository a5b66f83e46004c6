import { expect, test } from "vitest";
import { listLines } from "../../../components/fleet/list-lines.ts";
import { thingSummary } from "../../support/thing-summary.ts";

const things = [thingSummary("a"), thingSummary("b"), thingSummary("c", { site: "ridge" })];

test("each section has one head before its things, with its count as far as it is known", () => {
  const { lines } = listLines(things, "site", new Map([["harbor", 7]]));
  expect(lines.map((line) => ("thing" in line ? line.thing.thingName : `${line.section} ${line.count}`))).toEqual([
    "harbor 7",
    "a",
    "b",
    "ridge undefined",
    "c",
  ]);
});

test("a thing keeps its place among the things, so keys and selections step over heads", () => {
  const { lines, lineOf } = listLines(things, "site", new Map());
  expect(lines.flatMap((line) => ("thing" in line ? [line.index] : []))).toEqual([0, 1, 2]);
  expect(lineOf).toEqual([1, 2, 4]);
});

test("without sections the lines are the things", () => {
  expect(listLines(things, null, new Map()).lineOf).toEqual([0, 1, 2]);
});
