import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import type { ResourceHandler } from "../../provisioning/resource-handler.ts";
import type { UserPools } from "../user-pools.ts";
import { cfnNumber } from "./user-pool-schema.ts";

const domainSchema = z.strictObject({
  UserPoolId: z.string(),
  Domain: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
  /** 1: classic hosted UI, 2: managed login; the pages here serve both. */
  ManagedLoginVersion: cfnNumber.optional(),
});

/** AWS::Cognito::UserPoolDomain with a prefix domain; the local listener stands for it. */
export function createDomainHandler({ directory }: UserPools): ResourceHandler {
  return {
    schema: domainSchema,
    apply: ({ properties }) => {
      const { UserPoolId: poolId, Domain: domain } = domainSchema.parse(properties);
      if (/aws|amazon|cognito/.test(domain)) {
        throw new AwsError("InvalidParameterException", "Domain cannot contain reserved word: cognito, aws or amazon");
      }
      directory.putDomain({ poolId, domain });
      return { physicalId: domain, attributes: {} };
    },
  };
}

const brandingSchema = z.strictObject({
  UserPoolId: z.string(),
  ClientId: z.string().optional(),
  UseCognitoProvidedValues: z.literal(true),
});

/** AWS::Cognito::ManagedLoginBranding with AWS's own style: the pages here have theirs, so there is nothing to keep. */
export function createBrandingHandler(): ResourceHandler {
  return {
    schema: brandingSchema,
    apply: ({ logicalId, physicalId, properties }) => {
      const id = physicalId ?? crypto.randomUUID();
      const { UserPoolId: poolId } = brandingSchema.parse(properties);
      return { physicalId: `${poolId}|${id.split("|").at(-1) ?? logicalId}`, attributes: { ManagedLoginBrandingId: id } };
    },
  };
}

const groupSchema = z.strictObject({
  UserPoolId: z.string(),
  GroupName: z
    .string()
    .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u)
    .optional(),
  Description: z.string().max(2048).optional(),
  Precedence: cfnNumber.optional(),
  RoleArn: z.string().optional(),
});

/** AWS::Cognito::UserPoolGroup. */
export function createGroupHandler({ context, directory }: UserPools): ResourceHandler {
  return {
    schema: groupSchema,
    apply: ({ logicalId, properties }) => {
      const group = groupSchema.parse(properties);
      const name = group.GroupName ?? logicalId;
      const nowMs = context.clock.nowMs();
      directory.putGroup({
        poolId: group.UserPoolId,
        name,
        ...(group.Description === undefined ? {} : { description: group.Description }),
        ...(group.Precedence === undefined ? {} : { precedence: group.Precedence }),
        ...(group.RoleArn === undefined ? {} : { roleArn: group.RoleArn }),
        createdAtMs: directory.group(group.UserPoolId, name)?.createdAtMs ?? nowMs,
        modifiedAtMs: nowMs,
      });
      return { physicalId: name, attributes: { GroupName: name } };
    },
  };
}

const loopbackOrHttps = z.url().refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname));
}, "must be https (or http on this machine)");

const providerSchema = z.strictObject({
  UserPoolId: z.string(),
  ProviderName: z.string().regex(/^[^_\s][\p{L}\p{M}\p{S}\p{N}\p{P}]{2,31}$/u),
  ProviderType: z.literal("OIDC", {
    error: "only OIDC providers are emulated (SAML, Google, Facebook, LoginWithAmazon and SignInWithApple need the real AWS)",
  }),
  ProviderDetails: z.strictObject({
    client_id: z.string().min(1),
    client_secret: z.string().min(1),
    oidc_issuer: loopbackOrHttps,
    authorize_scopes: z.string().refine((scopes) => scopes.split(" ").includes("openid"), "must include openid"),
    /** How the user-info endpoint is called; GET is what the stand-in does. */
    attributes_request_method: z.literal("GET").optional(),
    attributes_url_add_attributes: z.literal("false").optional(),
  }),
  AttributeMapping: z.record(z.string(), z.string()).optional(),
  IdpIdentifiers: z.array(z.string().min(1).max(40)).max(50).optional(),
});

/** AWS::Cognito::UserPoolIdentityProvider of type OIDC with discovery; any other type is refused by name. */
export function createIdentityProviderHandler({ directory }: UserPools): ResourceHandler {
  return {
    schema: providerSchema,
    apply: ({ properties }) => {
      const { UserPoolId: poolId, ProviderName: name, ProviderDetails: details, ...rest } = providerSchema.parse(properties);
      directory.putIdentityProvider({
        poolId,
        name,
        type: "OIDC",
        issuer: details.oidc_issuer,
        clientId: details.client_id,
        clientSecret: details.client_secret,
        scopes: details.authorize_scopes,
        attributeMapping: rest.AttributeMapping ?? {},
        identifiers: rest.IdpIdentifiers ?? [],
      });
      return { physicalId: name, attributes: {} };
    },
  };
}
