import type { NamedPolicy } from "./policy-statements.ts";

const ROOT_WORDS: Readonly<Record<string, string>> = {
  dt: "see the telemetry of every device",
  st: "follow the state and presence of every device",
  fleet: "see the summaries",
};

/** One thing that attached policies allow, in words, with the pattern it stands for. */
export interface AccessSentence {
  text: string;
  pattern: string;
}

/** The attached policies as sentences; what has no words of its own is shown as AWS spells it. */
export function accessSentences(policies: readonly NamedPolicy[], sites: readonly { id: string; label: string }[]): AccessSentence[] {
  const sentences = policies.flatMap(({ statements }) =>
    statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action, Resource }) =>
        Resource.map((resource) => resource.replace(/^arn:[^:]*:iot:[^:]*:[^:]*:/, "")).flatMap((pattern) =>
          Action.flatMap((action) => sentenceFor(action, pattern, sites) ?? []),
        ),
      ),
  );
  return [...new Map(sentences.map((sentence) => [sentence.text, sentence])).values()];
}

function sentenceFor(action: string, pattern: string, sites: readonly { id: string; label: string }[]): AccessSentence | undefined {
  if (action === "iot:Connect") return { text: "Open live connections under your own identity, and no other.", pattern };
  // Receive repeats, message by message, what Subscribe allows.
  if (action === "iot:Receive" || action === "iot:GetThingShadow") return undefined;
  if (action === "iot:UpdateThingShadow")
    return { text: "Switch devices of your sites, through this server, with every change in the audit log.", pattern };
  const [, root = "", site = ""] = /^topicfilter\/([^/]+)\/([^/]+)/.exec(pattern) ?? [];
  const words = ROOT_WORDS[root];
  if (action !== "iot:Subscribe" || words === undefined) return { text: `${action} on ${pattern}`, pattern };
  const place = site === "*" ? "all sites" : (sites.find(({ id }) => id === site)?.label ?? site);
  const text = `${words} at ${place}.`;
  return { text: text.charAt(0).toUpperCase() + text.slice(1), pattern };
}
