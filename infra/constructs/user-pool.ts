import { Aws, aws_cognito as cognito, type CfnResource } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

/** Where Auth.js receives the code, and where Cognito's /logout may send the browser back to. */
const CALLBACK_PATH = "/api/auth/callback/cognito";
const SIGNED_OUT_PATHS = ["", "/", "/sign-in"];
/** The access policy reads groups, never an attribute a user can write. */
const WRITABLE_ATTRIBUTES = ["email", "name"];

/** Who people are: the pool, its one confidential client, the sign-in domain and the federated providers. */
export class UserPool extends Construct {
  readonly pool: cognito.CfnUserPool;
  readonly client: cognito.CfnUserPoolClient;
  readonly hostedUiUrl: string;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.pool = this.createPool(settings);
    const providers = settings.identityProviders.map((provider) => this.createProvider(provider));
    this.client = this.createClient(settings, providers);
    const prefix = settings.domainPrefix ?? `thingdeck-${Aws.ACCOUNT_ID}`;
    const domain = new cognito.CfnUserPoolDomain(this, "Domain", { domain: prefix, userPoolId: this.pool.ref, managedLoginVersion: 2 });
    // Managed login shows no page until a branding style exists.
    const branding = new cognito.CfnManagedLoginBranding(this, "Branding", {
      userPoolId: this.pool.ref,
      clientId: this.client.ref,
      useCognitoProvidedValues: true,
    });
    branding.addResourceDependency(domain);
    this.hostedUiUrl = `https://${prefix}.auth.${Aws.REGION}.amazoncognito.com`;
  }

  /** Without `cognito:roles` in it a group only says where its members belong; with a role it says what they may become. */
  createGroup(group: { name: string; description: string; precedence?: number; roleArn?: string }): void {
    new cognito.CfnUserPoolGroup(this, `Group-${group.name}`, {
      userPoolId: this.pool.ref,
      groupName: group.name,
      description: group.description,
      ...(group.precedence !== undefined && { precedence: group.precedence }),
      ...(group.roleArn !== undefined && { roleArn: group.roleArn }),
    });
  }

  private createPool({ selfSignUp, totp }: Settings): cognito.CfnUserPool {
    return new cognito.CfnUserPool(this, "Pool", {
      userPoolName: "thingdeck",
      userPoolTier: "ESSENTIALS",
      deletionProtection: "ACTIVE",
      adminCreateUserConfig: { allowAdminCreateUserOnly: selfSignUp === "off" },
      aliasAttributes: ["email"],
      autoVerifiedAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
      userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdate: ["email"] },
      schema: [
        { name: "email", attributeDataType: "String", required: true, mutable: true },
        { name: "name", attributeDataType: "String", required: false, mutable: true },
      ],
      policies: {
        passwordPolicy: {
          minimumLength: 12,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: true,
          temporaryPasswordValidityDays: 3,
        },
      },
      mfaConfiguration: { off: "OFF", optional: "OPTIONAL", required: "ON" }[totp],
      ...(totp !== "off" && { enabledMfas: ["SOFTWARE_TOKEN_MFA"] }),
    });
  }

  private createProvider(provider: Settings["identityProviders"][number]): CfnResource & { name: string } {
    const resource = new cognito.CfnUserPoolIdentityProvider(this, `Provider-${provider.name}`, {
      userPoolId: this.pool.ref,
      providerName: provider.name,
      providerType: provider.type,
      providerDetails: provider.details,
      attributeMapping: provider.attributes,
    });
    return Object.assign(resource, { name: provider.name });
  }

  private createClient({ appUrls }: Settings, providers: (CfnResource & { name: string })[]): cognito.CfnUserPoolClient {
    const client = new cognito.CfnUserPoolClient(this, "Client", {
      userPoolId: this.pool.ref,
      clientName: "thingdeck-web",
      generateSecret: true,
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ["code"],
      // aws.cognito.signin.user.admin is left out: with it an access token could edit its own user.
      allowedOAuthScopes: ["openid", "email", "profile"],
      callbackUrLs: appUrls.map((origin) => `${origin}${CALLBACK_PATH}`),
      logoutUrLs: appUrls.flatMap((origin) => SIGNED_OUT_PATHS.map((path) => `${origin}${path}`)),
      supportedIdentityProviders: ["COGNITO", ...providers.map(({ name }) => name)],
      // Left empty, Cognito would also allow SRP and custom sign-in outside the hosted pages.
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
      readAttributes: ["email", "email_verified", "name"],
      writeAttributes: WRITABLE_ATTRIBUTES,
      accessTokenValidity: 60,
      idTokenValidity: 60,
      refreshTokenValidity: 30,
      tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "days" },
    });
    for (const provider of providers) client.addResourceDependency(provider);
    return client;
  }
}
