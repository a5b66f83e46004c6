import { describe, expect, test } from "vitest";
import { flat, list, resourcesOf, statementsOf, synthesise } from "../support/synthesise.ts";

const OIDC = {
  name: "Corporate",
  label: "Corporate SSO",
  type: "OIDC",
  details: { client_id: "deck", client_secret: "from-context", oidc_issuer: "https://sso.example.com", authorize_scopes: "openid email" },
};
const SAML = { name: "CorporateSaml", label: "SAML", type: "SAML", details: { MetadataURL: "https://sso.example.com/metadata" } };
const GOOGLE = {
  name: "Google",
  label: "Google",
  type: "Google",
  details: { client_id: "deck", client_secret: "{{resolve:secretsmanager:google}}", authorize_scopes: "openid email profile" },
};

/** Seconds on an idle machine; minutes where ten others build at the same time. */
const SYNTHESIS_MS_MAX = 400_000;

describe("settings", { timeout: SYNTHESIS_MS_MAX }, () => {
  test("a public site opens guest access to that site's topics only", () => {
    const template = synthesise({ guestSite: "ridge" });
    expect(resourcesOf(template, "AWS::Cognito::IdentityPool")[0]?.[1]).toMatchObject({
      AllowUnauthenticatedIdentities: true,
      AllowClassicFlow: false,
    });
    const guest = statementsOf(template).filter(({ owner }) => owner.startsWith("IdentitiesGuestRole"));
    const topics = guest.flatMap(({ statement }) => list(statement.Resource).map(flat)).filter((arn) => !arn.includes(":client/"));
    expect(topics).toHaveLength(6);
    for (const topic of topics) expect(topic).toMatch(/:(?:topic|topicfilter)\/(?:dt|st|fleet)\/ridge\/\*$/);
    expect(guest.flatMap(({ statement }) => list(statement.Action)).sort()).toEqual(["iot:Connect", "iot:Receive", "iot:Subscribe"]);
    expect(template.Outputs).toHaveProperty("GuestRoleArn");
  });

  test("self sign-up, a required second factor and a federated provider are one setting each", () => {
    const template = synthesise({
      selfSignUp: "on",
      totp: "required",
      identityProviders: JSON.stringify([OIDC, SAML, GOOGLE]),
      appUrls: "https://deck.example.com",
    });
    const pool = resourcesOf(template, "AWS::Cognito::UserPool")[0]?.[1];
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      MfaConfiguration: "ON",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
    });
    expect(resourcesOf(template, "AWS::Cognito::UserPoolIdentityProvider")[0]?.[1]).toMatchObject({
      ProviderName: "Corporate",
      ProviderType: "OIDC",
    });
    expect(resourcesOf(template, "AWS::Cognito::UserPoolClient")[0]?.[1]).toMatchObject({
      SupportedIdentityProviders: ["COGNITO", "Corporate", "CorporateSaml", "Google"],
      CallbackURLs: ["https://deck.example.com/api/auth/callback/cognito"],
    });
    expect(template.Outputs.IdentityProviders?.Value).toBe("Corporate=Corporate SSO,CorporateSaml=SAML,Google=Google");
  });

  test.each([
    [{ appUrls: "http://deck.example.com" }, "appUrls"],
    [{ sites: "Harbor" }, "sites"],
    [{ guestSite: "elsewhere" }, "guestSite"],
    [{ totp: "maybe" }, "totp"],
    [{ identityProviders: "{" }, "identityProviders"],
    [{ identityProviders: JSON.stringify([{ name: "Corp", label: "Corp", type: "SAML", details: {} }]) }, "MetadataURL or MetadataFile"],
    [{ identityProviders: JSON.stringify([{ name: "Mine", label: "Mine", type: "Google", details: {} }]) }, "has that name too"],
  ])("a wrong value stops the synthesis and names itself: %o", (context, name) => {
    expect(() => synthesise(context)).toThrow(name);
  });

  test("history is one setting: without it there is no table, no rule and no permission", () => {
    const template = synthesise({ history: "off" });
    expect(
      resourcesOf(template, "AWS::DynamoDB::Table")
        .map(([id]) => id.replace(/[0-9A-F]{8}$/, ""))
        .sort(),
    ).toEqual(["Alarms", "Audit", "Sessions", "Workspace"].map((name) => `Tables${name}`));
    expect(resourcesOf(template, "AWS::IoT::TopicRule").map(([, { RuleName }]) => RuleName)).not.toContain("thingdeck_history");
    expect(JSON.stringify(template)).not.toContain("TablesHistory");
    expect(template.Outputs.HistoryTableName?.Value).toBe("");
  });
});
