import { z } from "zod";
import { cfnBoolean, cfnNumber } from "./user-pool-schema.ts";

const timeUnit = z.enum(["seconds", "minutes", "hours", "days"]);

/** A redirect target AWS would register: absolute, no fragment, https unless the host is this machine's or the scheme an app's own. */
const redirectUrl = z.string().max(1024).refine(isRegistrableUrl, "must be https, http://localhost or a custom scheme, without a fragment");

function isRegistrableUrl(text: string): boolean {
  if (!URL.canParse(text) || text.includes("#") || /\s/.test(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (["javascript:", "data:", "vbscript:", "file:", "blob:", "about:"].includes(protocol)) return false;
  return protocol !== "http:" || hostname === "localhost";
}

/** AWS::Cognito::UserPoolClient; analytics and user-context propagation are not emulated. */
export const userPoolClientSchema = z.strictObject({
  UserPoolId: z.string(),
  ClientName: z.string().optional(),
  GenerateSecret: cfnBoolean.optional(),
  CallbackURLs: z.array(redirectUrl).max(100).optional(),
  LogoutURLs: z.array(redirectUrl).max(100).optional(),
  DefaultRedirectURI: redirectUrl.optional(),
  AllowedOAuthFlowsUserPoolClient: cfnBoolean.optional(),
  AllowedOAuthFlows: z.array(z.enum(["code", "implicit"])).optional(),
  AllowedOAuthScopes: z.array(z.enum(["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"])).optional(),
  SupportedIdentityProviders: z.array(z.string()).optional(),
  ExplicitAuthFlows: z
    .array(z.enum(["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]))
    .optional(),
  ReadAttributes: z.array(z.string()).optional(),
  WriteAttributes: z.array(z.string()).optional(),
  PreventUserExistenceErrors: z.enum(["ENABLED", "LEGACY"]).optional(),
  EnableTokenRevocation: cfnBoolean.optional(),
  AuthSessionValidity: cfnNumber.optional(),
  AccessTokenValidity: cfnNumber.optional(),
  IdTokenValidity: cfnNumber.optional(),
  RefreshTokenValidity: cfnNumber.optional(),
  TokenValidityUnits: z
    .strictObject({ AccessToken: timeUnit.optional(), IdToken: timeUnit.optional(), RefreshToken: timeUnit.optional() })
    .optional(),
  RefreshTokenRotation: z
    .strictObject({ Feature: z.enum(["ENABLED", "DISABLED"]), RetryGracePeriodSeconds: cfnNumber.optional() })
    .optional(),
});

export type UserPoolClientProperties = z.infer<typeof userPoolClientSchema>;
export type TimeUnit = z.infer<typeof timeUnit>;
