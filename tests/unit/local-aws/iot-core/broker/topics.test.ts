import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SubscriptionTrie } from "../../../../../local-aws/iot-core/broker/topics/subscription-trie.ts";
import {
  isReservedForService,
  isTopicName,
  isWithinTopicQuota,
  parseFilter,
} from "../../../../../local-aws/iot-core/broker/topics/topic-rules.ts";

const LIMITS = { topicSlashesMax: 7, topicBytesMax: 256 };

/** The rule in its plainest form, to judge the trie by. */
function isMatch(pattern: string, topic: string): boolean {
  const [filterLevels, topicLevels] = [pattern.split("/"), topic.split("/")];
  if (topic.startsWith("$") && /^[+#]/.test(pattern)) return false;
  const end = filterLevels.indexOf("#");
  if (end === -1 && filterLevels.length !== topicLevels.length) return false;
  if (end !== -1 && topicLevels.length <= end) return false;
  return filterLevels.every((level, index) => level === "#" || level === "+" || level === topicLevels[index]);
}

const level = fc.constantFrom("", "a", "b", "ä", "$x");
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join("/"));
const pattern = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }), fc.oneof(level, fc.constantFrom("+", "#")))
  .map(([levels, last]) => [...levels, last].join("/"));

describe("the subscription trie", () => {
  it("finds exactly the filters that match, before and after removals", () => {
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { maxLength: 12 }), fc.array(topic, { maxLength: 8 }), fc.nat(), (patterns, topics, seed) => {
        const trie = new SubscriptionTrie<string>();
        for (const next of patterns) trie.add(next, next);
        const kept = patterns.filter((_, index) => (seed >> (index % 30)) % 2 === 0);
        for (const name of topics) expect([...trie.match(name)].sort()).toEqual(patterns.filter((next) => isMatch(next, name)).sort());
        for (const next of patterns) if (!kept.includes(next)) trie.remove(next, next);
        for (const name of topics) expect([...trie.match(name)].sort()).toEqual(kept.filter((next) => isMatch(next, name)).sort());
      }),
    );
  });

  it("does not match the parent with #", () => {
    const trie = new SubscriptionTrie<string>();
    trie.add("sensor/#", "below");
    expect(trie.match("sensor")).toEqual([]);
    expect(trie.match("sensor/")).toEqual(["below"]);
    expect(trie.match("sensor/a/b")).toEqual(["below"]);
  });
});

describe("topic filters", () => {
  it("are malformed exactly when a wildcard shares its level, or # is not last", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "+", "#", "/"), { minLength: 1, maxLength: 8 }), (parts) => {
        const filter = parts.join("");
        const levels = filter.split("/");
        const isWellFormed = levels.every(
          (part, index) => part === "+" || (part === "#" && index === levels.length - 1) || !/[+#]/.test(part),
        );
        expect(parseFilter(filter) !== undefined).toBe(isWellFormed);
      }),
    );
  });

  it("of shared subscriptions are taken apart", () => {
    expect(parseFilter("$share/g/a/+")).toEqual({ pattern: "a/+", group: "g", hasWildcard: true });
    for (const filter of ["", "$share", "$share/", "$share/g", "$share/g/", "$share//a", "$share/+/a"])
      expect(parseFilter(filter)).toBeUndefined();
  });
});

describe("topic names", () => {
  it("are non-empty and free of wildcards", () => {
    expect(["a", "/", "a b", "ä/😀"].every(isTopicName)).toBe(true);
    expect(["", "+", "a/#", "a+b"].some(isTopicName)).toBe(false);
  });

  it("have at most seven slashes and 256 bytes, counted as AWS counts them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom("a", "ä", "😀"),
        fc.integer({ min: 1, max: 40 }),
        (slashes, letter, repeat) => {
          const name = Array.from({ length: slashes + 1 }, () => letter.repeat(repeat)).join("/");
          const isWithin = slashes <= 7 && Buffer.byteLength(name) <= 256;
          expect(isWithinTopicQuota(name, LIMITS)).toBe(isWithin);
          expect(isWithinTopicQuota(`$aws/rules/some_rule/${name}`, LIMITS)).toBe(isWithin);
        },
      ),
    );
  });

  it("that AWS speaks on are not for clients", () => {
    for (const name of [
      "$aws/events/presence/connected/x",
      "$aws/things/t/shadow/update/accepted",
      "$aws/things/t/shadow/update/delta",
      "$aws/things/t/shadow/name/n/update/documents",
      "$aws/anything",
      "$other",
    ])
      expect(isReservedForService(name)).toBe(true);
    for (const name of ["$aws/things/t/shadow/update", "$aws/things/t/shadow/name/n/get", "$aws/rules/r/a", "a/b"])
      expect(isReservedForService(name)).toBe(false);
  });
});
