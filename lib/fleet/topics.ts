import { SITE_ID } from "../platform/site.ts";

/** The default telemetry topic; a fleet that has its own sets TELEMETRY_TOPIC. */
export const DEFAULT_TELEMETRY_TOPIC = "dt/{site}/{thing}/telemetry";

/** AWS's own rule for thing names (AWS.md E.4); nothing else can stand in a topic level that names a thing. */
export const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;

/** What a topic says about the message on it. */
export interface TopicMeaning {
  kind: "telemetry" | "shadow" | "presence";
  site: string;
  thing: string;
}

/** Spells and reads the topics of one fleet. */
export interface Topics {
  /** Filter for one thing's telemetry. */
  telemetryOf: (site: string, thing: string) => string;
  /** Filter for the telemetry of every thing of a site. */
  telemetryOfSite: (site: string) => string;
  /** Filters for shadow and presence of every thing of a site. */
  stateOfSite: (site: string) => string[];
  /** The meaning of a topic, or null for one this fleet does not use; exact, so `dt/a//telemetry` is not read as anything. */
  read: (topic: string) => TopicMeaning | null;
}

interface Shape {
  kind: TopicMeaning["kind"];
  levels: string[];
}

/** Remembered meanings are dropped all at once at this size, so that a storm of invented names cannot grow the tab. */
const REMEMBERED_MAX = 20_000;

function fill(levels: string[], site: string, thing: string): string {
  return levels.map((level) => (level === "{site}" ? site : level === "{thing}" ? thing : level)).join("/");
}

function readAs({ kind, levels }: Shape, parts: string[]): TopicMeaning | null {
  if (parts.length !== levels.length) return null;
  let site = "";
  let thing = "";
  for (const [i, level] of levels.entries()) {
    const part = parts[i] ?? "";
    if (level === "{site}") site = part;
    else if (level === "{thing}") thing = part;
    else if (level !== part) return null;
  }
  return SITE_ID.test(site) && THING_NAME.test(thing) ? { kind, site, thing } : null;
}

/** The topics of a fleet whose things publish telemetry on `telemetryTemplate`. */
export function createTopics(telemetryTemplate: string = DEFAULT_TELEMETRY_TOPIC): Topics {
  const telemetry: Shape = { kind: "telemetry", levels: telemetryTemplate.split("/") };
  const shadow: Shape = { kind: "shadow", levels: ["st", "{site}", "{thing}", "shadow"] };
  const presence: Shape = { kind: "presence", levels: ["st", "{site}", "{thing}", "presence"] };
  const remembered = new Map<string, TopicMeaning | null>();

  const readOnce = (topic: string): TopicMeaning | null => {
    const parts = topic.split("/");
    return readAs(shadow, parts) ?? readAs(presence, parts) ?? readAs(telemetry, parts);
  };
  return {
    telemetryOf: (site, thing) => fill(telemetry.levels, site, thing),
    telemetryOfSite: (site) => fill(telemetry.levels, site, "+"),
    stateOfSite: (site) => [fill(shadow.levels, site, "+"), fill(presence.levels, site, "+")],
    read: (topic) => {
      const known = remembered.get(topic);
      if (known !== undefined) return known;
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      const meaning = readOnce(topic);
      remembered.set(topic, meaning);
      return meaning;
    },
  };
}
