import { z } from "zod";

/** CloudFormation hands booleans and numbers over as strings at times. */
export const cfnBoolean = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);
export const cfnNumber = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const passwordPolicy = z.strictObject({
  MinimumLength: cfnNumber.optional(),
  RequireLowercase: cfnBoolean.optional(),
  RequireNumbers: cfnBoolean.optional(),
  RequireSymbols: cfnBoolean.optional(),
  RequireUppercase: cfnBoolean.optional(),
  TemporaryPasswordValidityDays: cfnNumber.optional(),
});

const attribute = z.strictObject({
  Name: z.string().min(1).max(20),
  AttributeDataType: z.enum(["String", "Number", "Boolean", "DateTime"]).optional(),
  Mutable: cfnBoolean.optional(),
  Required: cfnBoolean.optional(),
  DeveloperOnlyAttribute: z.literal(false).optional(),
  StringAttributeConstraints: z.strictObject({ MinLength: z.string().optional(), MaxLength: z.string().optional() }).optional(),
  NumberAttributeConstraints: z.strictObject({ MinValue: z.string().optional(), MaxValue: z.string().optional() }).optional(),
});

/**
 * AWS::Cognito::UserPool, as far as it is emulated. Accepted without effect here: names, texts of messages, deletion
 * protection, tier, tags, and threat protection in audit mode; Lambda triggers, devices, SMS and WebAuthn are not.
 */
export const userPoolSchema = z.strictObject({
  UserPoolName: z.string().optional(),
  Policies: z
    .strictObject({
      PasswordPolicy: passwordPolicy.optional(),
      SignInPolicy: z.strictObject({ AllowedFirstAuthFactors: z.tuple([z.literal("PASSWORD")]) }).optional(),
    })
    .optional(),
  AdminCreateUserConfig: z
    .strictObject({
      AllowAdminCreateUserOnly: cfnBoolean.optional(),
      InviteMessageTemplate: z
        .strictObject({ EmailMessage: z.string().optional(), EmailSubject: z.string().optional(), SMSMessage: z.string().optional() })
        .optional(),
    })
    .optional(),
  AccountRecoverySetting: z
    .strictObject({
      RecoveryMechanisms: z.array(
        z.strictObject({ Name: z.enum(["verified_email", "verified_phone_number", "admin_only"]), Priority: cfnNumber }),
      ),
    })
    .optional(),
  AliasAttributes: z.array(z.enum(["email", "phone_number", "preferred_username"])).optional(),
  UsernameAttributes: z.array(z.enum(["email", "phone_number"])).optional(),
  AutoVerifiedAttributes: z.array(z.enum(["email"])).optional(),
  UsernameConfiguration: z.strictObject({ CaseSensitive: cfnBoolean }).optional(),
  MfaConfiguration: z.enum(["OFF", "ON", "OPTIONAL"]).optional(),
  EnabledMfas: z.array(z.enum(["SOFTWARE_TOKEN_MFA"])).optional(),
  Schema: z.array(attribute).optional(),
  UserAttributeUpdateSettings: z.strictObject({ AttributesRequireVerificationBeforeUpdate: z.array(z.enum(["email"])) }).optional(),
  DeletionProtection: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  EmailConfiguration: z.strictObject({ EmailSendingAccount: z.literal("COGNITO_DEFAULT") }).optional(),
  EmailVerificationMessage: z.string().optional(),
  EmailVerificationSubject: z.string().optional(),
  SmsVerificationMessage: z.string().optional(),
  VerificationMessageTemplate: z
    .strictObject({
      DefaultEmailOption: z.literal("CONFIRM_WITH_CODE").optional(),
      EmailMessage: z.string().optional(),
      EmailSubject: z.string().optional(),
      SmsMessage: z.string().optional(),
    })
    .optional(),
  UserPoolAddOns: z.strictObject({ AdvancedSecurityMode: z.enum(["OFF", "AUDIT", "ENFORCED"]) }).optional(),
  UserPoolTier: z.enum(["LITE", "ESSENTIALS", "PLUS"]).optional(),
  UserPoolTags: z.record(z.string(), z.string()).optional(),
});

export type UserPoolProperties = z.infer<typeof userPoolSchema>;
