/** Whether a topic is in a rule's FROM filter. As in AWS IoT's subscriptions, `#` does not stand for the level before it. */
export function matchesRuleFilter(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (const [index, level] of wanted.entries()) {
    if (index >= levels.length) return false;
    if (level === "#") return true;
    if (level !== "+" && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}
