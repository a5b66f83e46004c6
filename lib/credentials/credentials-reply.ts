import { z } from "zod";

const site = z.object({ id: z.string(), label: z.string() });

/** What POST /api/credentials takes. */
export const credentialsRequestSchema = z.object({
  /** Why the browser asks again: the broker refused the last keys. */
  reason: z.enum(["start", "renew", "refused"]).optional(),
  /** Ends the MQTT client id that this tab is about to use, so that a sign-out can cut it off at the broker. */
  tabId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
});
export type CredentialsRequest = z.infer<typeof credentialsRequestSchema>;

/** What POST /api/credentials answers with 200; instants are epoch ms by the cloud's clock. */
export const credentialsReplySchema = z.object({
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string(), expiresAtMs: z.number() }),
  identityId: z.string(),
  clientIdPrefix: z.string(),
  region: z.string(),
  mqttUrl: z.string(),
  sites: z.array(site),
  telemetryTopic: z.string(),
  serverTimeMs: z.number(),
});
export type CredentialsReply = z.infer<typeof credentialsReplySchema>;

/** The answer with 202: AWS IoT does not honour the new policies yet. */
export interface SettingUpReply {
  code: "credentials/setting-up";
  retryAfterMs: number;
}
