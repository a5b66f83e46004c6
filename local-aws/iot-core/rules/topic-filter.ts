import { parseFilter } from "../broker/topics/topic-rules.ts";
import { sqlError } from "./sql-tokens.ts";

/**
 * Compiles the topic filter of FROM. As in AWS's broker, `#` does not match the level above it, and a wildcard in the first
 * level does not match topics that start with `$`. Throws AwsError `SqlParseException` for a filter that is none.
 */
export function compileTopicFilter(filter: string): (topic: string) => boolean {
  if (filter === "" || parseFilter(filter) === undefined) throw sqlError(`Invalid topic filter ${filter}`);
  const levels = filter.split("/");
  const hasOpenEnd = levels.at(-1) === "#";
  const fixed = hasOpenEnd ? levels.slice(0, -1) : levels;
  const startsWithWildcard = filter.startsWith("+") || filter.startsWith("#");
  return (topic) => {
    if (startsWithWildcard && topic.startsWith("$")) return false;
    const parts = topic.split("/");
    if (hasOpenEnd ? parts.length <= fixed.length : parts.length !== fixed.length) return false;
    return fixed.every((level, index) => level === "+" || level === parts[index]);
  };
}
