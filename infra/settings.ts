import type { Node } from "constructs";
import { z } from "zod";
import { SITE_ID } from "../lib/platform/site.ts";
import { HISTORY_DAYS } from "../lib/history/history-window.ts";

const site = z.object({ id: z.string().regex(SITE_ID), label: z.string().min(1).max(64) });

const sites = z.string().transform((list, context) => {
  const parsed = list.split(",").map((entry) => {
    const [id = "", ...label] = entry.trim().split(":");
    return { id: id.trim(), label: label.join(":").trim() || id.trim() };
  });
  const isSound = parsed.every((entry) => site.safeParse(entry).success) && new Set(parsed.map(({ id }) => id)).size === parsed.length;
  if (isSound) return parsed;
  context.addIssue("must be `id:Label,...`; ids are lower-case letters, digits and hyphens, each once");
  return z.NEVER;
});

const origins = z.string().transform((list, context) => {
  const parsed = list.split(",").map((entry) => entry.trim());
  // Cognito accepts plain http for localhost only.
  if (parsed.every((entry) => URL.canParse(entry) && new URL(entry).origin === entry && isHttpsOrLocalhost(new URL(entry)))) return parsed;
  context.addIssue("must be a comma list of origins: https://..., or http://localhost[:port]");
  return z.NEVER;
});

/** What Cognito needs to know of a provider of each type; of a list's names one is enough (Cognito API reference, CreateIdentityProvider). */
const CLIENT = ["client_id", "authorize_scopes"];
const PROVIDER_DETAILS = {
  OIDC: [...CLIENT, "client_secret", "oidc_issuer"],
  SAML: [["MetadataURL", "MetadataFile"]],
  Google: [...CLIENT, "client_secret"],
  Facebook: [...CLIENT, "client_secret"],
  LoginWithAmazon: [...CLIENT, "client_secret"],
  SignInWithApple: [...CLIENT, "team_id", "key_id", "private_key"],
} as const satisfies Record<string, readonly (string | readonly string[])[]>;
type ProviderType = keyof typeof PROVIDER_DETAILS;
const PROVIDER_TYPES = Object.keys(PROVIDER_DETAILS) as [ProviderType, ...ProviderType[]];
/** Providers that Cognito knows by their own names. */
const isSocial = (type: ProviderType): boolean => type !== "OIDC" && type !== "SAML";

/** One federated provider of the user pool; `details` are Cognito's ProviderDetails, and secrets in it may be `{{resolve:secretsmanager:...}}`. */
const identityProvider = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][\w.-]{2,31}$/)
      .refine((name) => name !== "COGNITO"),
    label: z.string().min(1).max(64),
    type: z.enum(PROVIDER_TYPES),
    details: z.record(z.string(), z.string()),
    attributes: z.record(z.string(), z.string()).default({ email: "email", name: "name" }),
  })
  .superRefine(({ name, type, details }, context) => {
    if (isSocial(type) && name !== type) context.addIssue(`a provider of type ${type} has that name too`);
    for (const needed of PROVIDER_DETAILS[type]) {
      const names = [needed].flat();
      if (!names.some((each) => details[each])) context.addIssue(`details of a ${type} provider need ${names.join(" or ")}`);
    }
  });

const identityProviders = z
  .union([z.string(), z.array(z.unknown())])
  .transform((value, context) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value || "[]") as unknown;
    } catch {
      context.addIssue("must be a JSON list");
      return z.NEVER;
    }
  })
  .pipe(z.array(identityProvider).max(10));

const settingsSchema = z.object({
  sites: sites.default([
    { id: "harbor", label: "Harbor water works" },
    { id: "ridge", label: "Ridge cold store" },
  ]),
  selfSignUp: z.enum(["on", "off"]).default("off"),
  guestSite: z.union([z.literal(""), z.string().regex(SITE_ID)]).default(""),
  totp: z.enum(["off", "optional", "required"]).default("optional"),
  appUrls: origins.default(["http://localhost:3000"]),
  identityProviders: identityProviders.default([]),
  /** Whether about one message a minute of every thing is kept; docs/costs.md says what it costs. */
  history: z.enum(["on", "off"]).default("on"),
  historyDays: z.coerce.number().int().min(1).max(365).default(HISTORY_DAYS),
  domainPrefix: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
    .optional(),
});

/** The deployment's settings, as CDK context carries them. */
export type Settings = Readonly<z.infer<typeof settingsSchema>>;
export type IdentityProvider = Settings["identityProviders"][number];

function isHttpsOrLocalhost(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && url.hostname === "localhost");
}

/** Reads the settings from the construct tree's context. Throws an Error that names each wrong setting. */
export function readSettings(node: Node): Settings {
  const given = Object.keys(settingsSchema.shape).map((key) => [key, node.tryGetContext(key) as unknown] as const);
  const result = settingsSchema.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (!result.success) throw new Error(`settings: ${z.prettifyError(result.error)}`);
  const { guestSite, sites: known } = result.data;
  if (guestSite !== "" && !known.some(({ id }) => id === guestSite))
    throw new Error(`settings: guestSite ${guestSite} is not one of sites`);
  return result.data;
}
