import { z } from "zod";
import { SITE_ID } from "./site.ts";

const GUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

const text = z.string().min(1);
const url = (...protocols: string[]) =>
  text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol) && !new URL(value).username, {
    error: `must be an absolute URL (${protocols.map((protocol) => `${protocol}//…`).join(" or ")})`,
  });
const trimmedUrl = (...protocols: string[]) => url(...protocols).transform((value) => value.replace(/\/+$/, ""));
const roleArn = text.regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, "must be an IAM role ARN");
const wholeNumber = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: `must be between ${min} and ${max}` })
    .default(fallback);

/** 256-bit keys, base64; the first seals, all open, so a new key is put in front and the old one dropped a session lifetime later. */
const sessionKeys = text.transform((list, context) => {
  const keys = list.split(",").map((key) => Buffer.from(key.trim(), "base64"));
  if (keys.every((key) => key.length === 32 && new Set(key).size > 8)) return keys;
  context.addIssue("must be a comma list of base64 keys of 32 random bytes each (openssl rand -base64 32)");
  return z.NEVER;
});

const labelled = (idShape: RegExp, separator: ":" | "=") => (list: string, context: z.RefinementCtx) => {
  const entries = list
    .split(",")
    .filter((entry) => entry.trim() !== "")
    .map((entry) => {
      const [id = "", ...label] = entry.trim().split(separator);
      return { id: id.trim(), label: label.join(separator).trim() || id.trim() };
    });
  const ids = new Set(entries.map(({ id }) => id));
  if (entries.every(({ id }) => idShape.test(id)) && ids.size === entries.length) return entries;
  context.addIssue(`must be a comma list of id${separator}Label, each id once`);
  return z.NEVER;
};

const telemetryTopic = z
  .string()
  .default("dt/{site}/{thing}/telemetry")
  .refine((topic) => topic.split("/").includes("{site}") && topic.split("/").includes("{thing}") && !/[+#]/.test(topic), {
    error: "must hold {site} and {thing} as whole levels and no wildcard",
  });

const tableName = text.regex(/^[\w.-]{3,255}$/, "must be a DynamoDB table name");
const optionalEndpoint = url("http:", "https:").optional();

/** Every setting of the server, as read from the environment; an empty value counts as absent. */
export const envSchema = z.object({
  APP_URL: url("http:", "https:")
    .refine((value) => new URL(value).pathname === "/" && !new URL(value).search, { error: "must be an origin without a path" })
    .transform((value) => new URL(value).origin),
  SESSION_KEYS: sessionKeys,
  SESSION_IDLE_MINUTES: wholeNumber(1, 1440, 60),
  SESSION_ABSOLUTE_HOURS: wholeNumber(1, 720, 12),
  AWS_REGION: text.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-west-1"),
  COGNITO_ISSUER: trimmedUrl("http:", "https:"),
  COGNITO_HOSTED_UI_URL: trimmedUrl("http:", "https:").optional(),
  COGNITO_CLIENT_ID: text,
  COGNITO_CLIENT_SECRET: text.optional(),
  COGNITO_SIGN_UP: z.enum(["on", "off"]).default("off"),
  COGNITO_IDENTITY_PROVIDERS: z
    .string()
    .default("")
    .transform(labelled(/^[\w .-]{1,32}$/, "=")),
  OIDC_GROUPS_CLAIM: text.default("cognito:groups"),
  OIDC_SCOPES: text.default("openid email profile").refine((value) => value.split(" ").includes("openid"), { error: "must hold openid" }),
  IDENTITY_POOL_ID: text.regex(new RegExp(`^[a-z0-9-]+:${GUID}$`), "must be an identity pool id"),
  VIEWER_ROLE_ARN: roleArn,
  CONTROL_ROLE_ARN: roleArn,
  MQTT_URL: url("ws:", "wss:").refine((value) => new URL(value).pathname === "/mqtt" && !new URL(value).search, {
    error: "must end in /mqtt",
  }),
  SITES: text.transform(labelled(SITE_ID, ":")).refine((sites) => sites.length > 0, { error: "must name at least one site" }),
  GUEST_SITE: z.string().regex(SITE_ID, "must be the id of one of SITES").optional(),
  SESSIONS_TABLE: tableName,
  AUDIT_TABLE: tableName,
  WORKSPACE_TABLE: tableName,
  ALARMS_TABLE: tableName,
  HISTORY_TABLE: tableName.optional(),
  TELEMETRY_TOPIC: telemetryTopic,
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug"]).default("info"),
  AWS_ACCESS_KEY_ID: text.optional(),
  AWS_SECRET_ACCESS_KEY: text.optional(),
  AWS_ENDPOINT_URL: optionalEndpoint,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY: optionalEndpoint,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: optionalEndpoint,
  AWS_ENDPOINT_URL_IOT: optionalEndpoint,
  AWS_ENDPOINT_URL_IOT_DATA_PLANE: optionalEndpoint,
  AWS_ENDPOINT_URL_DYNAMODB: optionalEndpoint,
});

/** The settings after parsing. */
export type Env = Readonly<z.infer<typeof envSchema>>;
