/** A topic filter, taken apart. */
export interface ParsedFilter {
  /** What is matched against topics: the filter without `$share/<group>/`. */
  readonly pattern: string;
  readonly group: string | undefined;
  readonly hasWildcard: boolean;
}

const BASIC_INGEST = /^\$aws\/rules\/[^/]+\//;

/** A PUBLISH topic must be non-empty and free of wildcards (MQTT 5 section 4.7.1). */
export function isTopicName(topic: string): boolean {
  return topic.length > 0 && !topic.includes("+") && !topic.includes("#");
}

/** Wildcards stand alone in their level, `#` only in the last one (MQTT 5 section 4.7.1). Undefined when malformed. */
export function parseFilter(filter: string): ParsedFilter | undefined {
  if (filter.length === 0) return undefined;
  let pattern = filter;
  let group: string | undefined;
  if (filter === "$share" || filter.startsWith("$share/")) {
    const end = filter.indexOf("/", "$share/".length);
    if (end === -1) return undefined;
    group = filter.slice("$share/".length, end);
    pattern = filter.slice(end + 1);
    if (group.length === 0 || /[+#]/.test(group) || pattern.length === 0) return undefined;
  }
  const hasWildcard = pattern.includes("+") || pattern.includes("#");
  if (hasWildcard && !hasWellPlacedWildcards(pattern)) return undefined;
  return { pattern, group, hasWildcard };
}

function hasWellPlacedWildcards(pattern: string): boolean {
  const levels = pattern.split("/");
  return levels.every((level, index) => {
    if (level === "+") return true;
    if (level === "#") return index === levels.length - 1;
    return !level.includes("+") && !level.includes("#");
  });
}

/** AWS's quota on the depth and length of a topic; the Basic Ingest and shared-subscription prefixes do not count. */
export function isWithinTopicQuota(topic: string, limits: { topicSlashesMax: number; topicBytesMax: number }): boolean {
  const counted = topic.startsWith("$aws/rules/") ? topic.replace(BASIC_INGEST, "") : topic;
  if (counted.length > limits.topicBytesMax) return false;
  if (Buffer.byteLength(counted) > limits.topicBytesMax) return false;
  let slashes = 0;
  for (let at = counted.indexOf("/"); at !== -1; at = counted.indexOf("/", at + 1)) slashes += 1;
  return slashes <= limits.topicSlashesMax;
}

/** Topics that feed one rule and reach no subscriber (AWS IoT developer guide, "Basic Ingest"). */
export function isBasicIngest(topic: string): boolean {
  return topic.startsWith("$aws/rules/");
}

const CLIENT_RESERVED = [
  /^\$aws\/things\/[^/]+\/shadow\/(?:name\/[^/]+\/)?(?:get|update|delete)$/,
  /^\$aws\/things\/[^/]+\/jobs\//,
  /^\$aws\/things\/[^/]+\/(?:defender|streams)\//,
  /^\$aws\/things\/[^/]+\/tunnels\//,
  /^\$aws\/(?:certificates\/create|provisioning-templates|certificates\/create-from-csr)\//,
  /^\$aws\/device_location\//,
  /^\$aws\/rules\/[^/]+\//,
];

/** All of `$` but what AWS lets clients say: neither the services' own topics nor new ones (AWS IoT developer guide, "Reserved topics"). */
export function isReservedForService(topic: string): boolean {
  if (!topic.startsWith("$")) return false;
  return !CLIENT_RESERVED.some((pattern) => pattern.test(topic));
}
