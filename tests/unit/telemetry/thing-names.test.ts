import { expect, test } from "vitest";
import { createThingNames } from "../../../lib/telemetry/thing-names.ts";

/** Room for three names; `owners` is what the page makes of the places. */
function room() {
  const given: number[] = [];
  const names = createThingNames(3, (place) => given.push(place));
  const owners: string[] = [];
  const take = () => {
    for (const { place, name } of names.takeNew()) owners[place] = name;
    return owners;
  };
  const hear = (...heard: string[]) => heard.map((name) => names.hear(name));
  return { hear, take, given };
}

test("a name keeps its place while there is room, and is told once", () => {
  const { hear, take, given } = room();
  expect(hear("a", "b", "a")).toEqual([0, 1, 0]);
  expect(take()).toEqual(["a", "b"]);
  expect(hear("b")).toEqual([1]);
  expect(given).toEqual([0, 1]);
});

test("without room a place with a message in the batch at hand is not given away", () => {
  const { hear, take } = room();
  expect(hear("a", "b", "c", "d", "a")).toEqual([0, 1, 2, -1, 0]);
  expect(take()).toEqual(["a", "b", "c"]);
});

test("the next batch gives a new name the place of one that is silent, never of one that it has heard", () => {
  const { hear, take } = room();
  hear("a", "b", "c");
  take();
  hear("a", "c");
  expect(hear("d")).toEqual([1]);
  expect(take()).toEqual(["a", "d", "c"]);
});

test("who was heard lately keeps its place before who was not, however often new names come", () => {
  const { hear, take } = room();
  hear("known");
  for (let i = 0; i < 50; i += 1) {
    hear(`x${i}`);
    take();
    hear("known");
    take();
  }
  expect(take()[0]).toBe("known");
});

test("a name that lost its place is given one again when it is heard", () => {
  const { hear, take } = room();
  for (const name of ["a", "b", "c", "d", "a"]) {
    expect(hear(name)[0]).toBeGreaterThanOrEqual(0);
    take();
  }
  expect(take()).toContain("a");
});
