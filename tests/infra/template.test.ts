import { beforeAll, describe, expect, test } from "vitest";
import { flat, list, resourcesOf, statementsOf, synthesise, type Statement, type Template } from "../support/synthesise.ts";

/** Seconds on an idle machine; minutes where ten others build at the same time. */
const SYNTHESIS_MS_MAX = 400_000;

let template: Template;

beforeAll(() => {
  template = synthesise();
}, SYNTHESIS_MS_MAX);

const one = (type: string): Record<string, unknown> => {
  const found = resourcesOf(template, type);
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? {};
};
const ownedBy = (fragment: string) =>
  statementsOf(template)
    .filter(({ owner }) => owner.includes(fragment))
    .map(({ statement }) => statement);
const actionsOf = (statements: Statement[], effect: "Allow" | "Deny" = "Allow") =>
  new Set(statements.filter(({ Effect }) => Effect === effect).flatMap(({ Action }) => list(Action)));
const resourcesFor = (statements: Statement[], action: string) =>
  statements.filter(({ Action }) => list(Action).includes(action)).flatMap(({ Resource }) => list(Resource).map(flat));
const iot = (resource: string) => `arn:\${AWS::Partition}:iot:\${AWS::Region}:\${AWS::AccountId}:${resource}`;

/** The only places where AWS has no resource to name (each explained in infra/acknowledged-findings.ts). */
const ANY_RESOURCE = new Set([
  "iot:AttachPolicy",
  "iot:DetachPolicy",
  "iot:ListAttachedPolicies",
  "iot:UpdateIndexingConfiguration",
  "iot:GetIndexingConfiguration",
]);

describe("every policy in the template", () => {
  test("names its actions: no wildcard, no iot:*, no NotAction", () => {
    for (const { owner, statement } of statementsOf(template)) {
      expect(statement, owner).not.toHaveProperty("NotAction");
      for (const action of list(statement.Action)) expect(action, owner).toMatch(/^[a-z-]+:[A-Za-z]+$/);
    }
  });

  test("names its resources, save the listed actions that have none", () => {
    for (const { owner, statement } of statementsOf(template)) {
      expect(statement, owner).not.toHaveProperty("NotResource");
      if (!list(statement.Resource).map(flat).includes("*")) continue;
      for (const action of list(statement.Action)) expect(ANY_RESOURCE, `${owner}: ${action}`).toContain(action);
    }
  });

  test("never deletes or scans the audit table", () => {
    for (const { owner, statement } of statementsOf(template)) {
      if (!list(statement.Resource).some((resource) => flat(resource).includes("TablesAudit"))) continue;
      const allowed = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"];
      for (const action of list(statement.Action)) expect(allowed, owner).toContain(action);
    }
  });

  test("puts audit rows of one kind by one writer: nobody can put over another's", () => {
    const puts = statementsOf(template).filter(
      ({ statement }) =>
        list(statement.Action).includes("dynamodb:PutItem") &&
        list(statement.Resource).some((resource) => flat(resource).includes("TablesAudit")),
    );
    const keys = (operator: string, ...patterns: string[]) => ({ [`ForAllValues:${operator}`]: { "dynamodb:LeadingKeys": patterns } });
    expect(Object.fromEntries(puts.map(({ owner, statement }) => [owner.replace(/[0-9A-F]{8}$/, ""), statement.Condition]))).toEqual({
      Functionscommandoutcomerole: keys("StringLike", "C#v-*"),
      Functionscommandexpiryrole: keys("StringLike", "C#x-*"),
      ServerPolicy: keys("StringNotLike", "C#v-*", "C#x-*", "T#*"),
    });
  });

  test("updates of a row its outcome only, and of a thing's item only the names of rows", () => {
    const updates = statementsOf(template).filter(
      ({ statement }) =>
        list(statement.Action).includes("dynamodb:UpdateItem") &&
        list(statement.Resource).some((resource) => flat(resource).includes("TablesAudit")),
    );
    expect(updates).toHaveLength(6);
    for (const { owner, statement } of updates) {
      const { "ForAllValues:StringLike": rows, "ForAllValues:StringEquals": named } = statement.Condition as Record<
        string,
        Record<string, string[]>
      >;
      const isOfThing = JSON.stringify(rows) === JSON.stringify({ "dynamodb:LeadingKeys": ["T#*"] });
      if (!isOfThing) expect(rows, owner).toEqual({ "dynamodb:LeadingKeys": ["C#*"] });
      const attributes = new Set(list(named?.["dynamodb:Attributes"] ?? []));
      const never = ["actor", "thing", "site", "patch", "before", "atMs", "kind", "ttl", isOfThing ? "status" : "recent"];
      expect(
        never.filter((name) => attributes.has(name)),
        owner,
      ).toEqual([]);
    }
  });

  test("lets the function that hears the devices read no index: they are behind the table", () => {
    expect(actionsOf(ownedBy("Functionscommandoutcomerole"))).not.toContain("dynamodb:Query");
    expect(resourcesFor(ownedBy("Functionscommandexpiryrole"), "dynamodb:Query").map((resource) => resource.split("/index/")[1])).toEqual([
      "by-deadline",
      "by-thing",
    ]);
  });

  test("writes shadows for the control role and the expiry function only, and never named shadows", () => {
    const writers = statementsOf(template).filter(
      ({ statement }) => statement.Effect === "Allow" && list(statement.Action).includes("iot:UpdateThingShadow"),
    );
    expect(writers.map(({ owner }) => owner.replace(/[0-9A-F]{8}$/, "")).sort()).toEqual([
      "Functionscommandexpiryrole",
      "IdentitiesControlRole",
      "IotPoliciesthingdeckcontrol",
    ]);
    for (const { owner } of writers) {
      const denied = ownedBy(owner).filter(({ Effect }) => Effect === "Deny");
      expect(resourcesFor(denied, "iot:UpdateThingShadow")).toEqual([iot("thing/*/*")]);
    }
  });
});

describe("keys that reach the browser", () => {
  test("connect as the identity's own dashboards, subscribe and receive; nothing else", () => {
    const viewer = ownedBy("IdentitiesViewerRole");
    expect(actionsOf(viewer)).toEqual(new Set(["iot:Connect", "iot:Subscribe", "iot:Receive"]));
    expect(resourcesFor(viewer, "iot:Connect")).toEqual([iot("client/${cognito-identity.amazonaws.com:sub}-*")]);
    expect(resourcesFor(viewer, "iot:Subscribe")).toEqual(["dt/*", "st/*", "fleet/*"].map((path) => iot(`topicfilter/${path}`)));
    expect(resourcesFor(viewer, "iot:Receive")).toEqual(["dt/*", "st/*", "fleet/*"].map((path) => iot(`topic/${path}`)));
  });

  test("reach one site with one site policy", () => {
    const harbor = ownedBy("thingdecksiteharbor");
    expect(actionsOf(harbor)).toEqual(new Set(["iot:Connect", "iot:Subscribe", "iot:Receive"]));
    expect(resourcesFor(harbor, "iot:Receive")).toEqual(
      ["dt/harbor/*", "st/harbor/*", "fleet/harbor/*"].map((path) => iot(`topic/${path}`)),
    );
  });

  test("come from roles that trust only this pool's signed-in identities", () => {
    const roles = resourcesOf(template, "AWS::IAM::Role").filter(([id]) => id.startsWith("Identities"));
    expect(roles).toHaveLength(2);
    for (const [id, { AssumeRolePolicyDocument }] of roles) {
      const { Statement } = AssumeRolePolicyDocument as { Statement: Statement[] };
      expect(Statement, id).toEqual([
        {
          Action: "sts:AssumeRoleWithWebIdentity",
          Effect: "Allow",
          Principal: { Federated: "cognito-identity.amazonaws.com" },
          Condition: {
            StringEquals: { "cognito-identity.amazonaws.com:aud": { Ref: expect.stringContaining("IdentitiesPool") as string } },
            "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
          },
        },
      ]);
    }
  });
});

describe("the server's own role", () => {
  test("cannot write a shadow, publish, or touch a device's connection", () => {
    const actions = actionsOf(ownedBy("ServerPolicy"));
    for (const action of ["iot:UpdateThingShadow", "iot:DeleteThingShadow", "iot:Publish", "iot:Connect", "iot:CreatePolicy"]) {
      expect(actions).not.toContain(action);
    }
    expect(resourcesFor(ownedBy("ServerPolicy"), "iot:DeleteConnection")).toEqual([iot("client/${AWS::Region}:*")]);
  });
});

describe("a device", () => {
  test("speaks as its own thing only", () => {
    const device = ownedBy("thingdeckdevice");
    const named = ["Connect", "Publish", "Subscribe", "Receive"].flatMap((action) => resourcesFor(device, `iot:${action}`));
    expect(named.length).toBeGreaterThan(10);
    for (const resource of named) expect(resource).toContain("${iot:Connection.Thing.ThingName}");
  });
});

describe("IoT policies", () => {
  test("fit AWS's 2048 characters, also with the longest site id", { timeout: SYNTHESIS_MS_MAX }, () => {
    const longest = synthesise({ sites: `${"s".repeat(32)}:Long` });
    for (const [id, { PolicyDocument }] of resourcesOf(longest, "AWS::IoT::Policy")) {
      const { Statement } = PolicyDocument as { Statement: Statement[] };
      const text = JSON.stringify({
        Version: "2012-10-17",
        Statement: Statement.map((statement) => ({ ...statement, Resource: list(statement.Resource).map(flat) })),
      });
      const deployed = text
        .replaceAll("${AWS::Partition}", "aws-us-gov")
        .replaceAll("${AWS::Region}", "ap-southeast-2")
        .replaceAll("${AWS::AccountId}", "000000000000");
      expect(deployed.length, id).toBeLessThanOrEqual(2048);
    }
  });
});

describe("the user pool", () => {
  test("is closed to sign-up and wants strong passwords", () => {
    const pool = one("AWS::Cognito::UserPool");
    expect(pool.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
    expect(pool.Policies).toMatchObject({ PasswordPolicy: { MinimumLength: 12, RequireSymbols: true, RequireNumbers: true } });
    expect(pool.MfaConfiguration).toBe("OPTIONAL");
  });

  test("has one confidential client that uses the code flow and writes no custom attribute", () => {
    const client = one("AWS::Cognito::UserPoolClient");
    expect(client).toMatchObject({
      GenerateSecret: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "profile"],
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: "ENABLED",
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      WriteAttributes: ["email", "name"],
      CallbackURLs: ["http://localhost:3000/api/auth/callback/cognito"],
    });
  });

  test("puts a role on operators and admins only, and prefers the viewer role for an admin", () => {
    const groups = resourcesOf(template, "AWS::Cognito::UserPoolGroup").map(([, group]) => group);
    const roles = new Map(groups.map(({ GroupName, RoleArn, Precedence }) => [GroupName, { RoleArn, Precedence }]));
    expect([...roles.keys()].sort()).toEqual(["admins", "all-sites", "operators", "site-harbor", "site-ridge"]);
    expect(
      [...roles]
        .filter(([, { RoleArn }]) => RoleArn !== undefined)
        .map(([name]) => name)
        .sort(),
    ).toEqual(["admins", "operators"]);
    expect(roles.get("operators")?.Precedence).toBe(10);
    expect(roles.get("admins")?.Precedence).toBe(20);
  });
});

describe("the identity pool", () => {
  test("has no guests, no classic flow, and checks tokens with the user pool", () => {
    const pool = one("AWS::Cognito::IdentityPool");
    expect(pool).toMatchObject({ AllowUnauthenticatedIdentities: false, AllowClassicFlow: false });
    expect(pool.CognitoIdentityProviders).toMatchObject([{ ServerSideTokenCheck: true }]);
  });

  test("takes the role from the signed token, and gives none when the token is not clear", () => {
    const { RoleMappings, Roles } = one("AWS::Cognito::IdentityPoolRoleAttachment");
    expect(RoleMappings).toMatchObject({ userPool: { Type: "Token", AmbiguousRoleResolution: "Deny" } });
    expect(Object.keys(Roles as object)).toEqual(["authenticated"]);
  });
});

describe("tables", () => {
  test("are encrypted, recoverable, on demand, kept on delete, and forget by ttl", () => {
    const tables = Object.values(template.Resources).filter(({ Type }) => Type === "AWS::DynamoDB::Table");
    expect(tables).toHaveLength(5);
    for (const { Properties, DeletionPolicy } of tables) {
      expect(DeletionPolicy).toBe("Retain");
      expect(Properties).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
        DeletionProtectionEnabled: true,
      });
    }
  });
});

describe("topic rules", () => {
  test("log their errors, speak SQL 2016-03-23, and look the registry up at most once", () => {
    const rules = resourcesOf(template, "AWS::IoT::TopicRule");
    expect(rules.map(([, { RuleName }]) => RuleName).sort()).toEqual(
      ["alarms", "faults", "history", "outcome", "presence", "shadow"].map((name) => `thingdeck_${name}`),
    );
    for (const [id, { TopicRulePayload }] of rules) {
      const payload = TopicRulePayload as {
        Sql: unknown;
        AwsIotSqlVersion: string;
        ErrorAction?: unknown;
        Actions: { Republish?: { Topic: unknown } }[];
      };
      expect(payload.AwsIotSqlVersion, id).toBe("2016-03-23");
      expect(payload.ErrorAction, id).toHaveProperty("CloudwatchLogs");
      const text = [flat(payload.Sql), ...payload.Actions.flatMap(({ Republish }) => (Republish ? [flat(Republish.Topic)] : []))].join(" ");
      expect(text.match(/get_registry_data\(/g) ?? [], id).toHaveLength(id.includes("history") ? 0 : 1);
    }
  });

  test("reach telemetry with a WHERE, so that most messages cost no action, and look nothing up before it is true", () => {
    const onTelemetry = resourcesOf(template, "AWS::IoT::TopicRule")
      .map(([, { TopicRulePayload }]) => flat((TopicRulePayload as { Sql: unknown }).Sql))
      .filter((sql) => sql.includes("FROM 'dt/"));
    expect(onTelemetry).toHaveLength(2);
    for (const sql of onTelemetry) expect(sql).toMatch(/ WHERE (?!.*get_registry_data)/);
  });
});

describe("history and alarms", () => {
  const table = (name: string) => expect.stringMatching(new RegExp(`^\\$\\{Tables${name}[0-9A-F]{8}\\.Arn\\}$`)) as string;

  test("the history rule may put rows into its table and nothing else; the server may only read them", () => {
    const rule = ownedBy("HistoryRuleRole");
    expect(actionsOf(rule)).toEqual(new Set(["dynamodb:PutItem"]));
    expect(resourcesFor(rule, "dynamodb:PutItem")).toEqual([table("History")]);
    const onHistory = ownedBy("ServerPolicy").filter(({ Resource }) => list(Resource).some((arn) => flat(arn).includes("TablesHistory")));
    expect(actionsOf(onHistory)).toEqual(new Set(["dynamodb:Query"]));
  });

  test("the alarm function may update alarms and nothing else", () => {
    const watch = ownedBy("Functionsalarmwatchrole");
    expect(actionsOf(watch)).toEqual(new Set(["dynamodb:UpdateItem", "logs:CreateLogStream", "logs:PutLogEvents"]));
    expect(resourcesFor(watch, "dynamodb:UpdateItem")).toEqual([table("Alarms")]);
  });

  test("the server may read alarms and write a person's answer, never what was measured", () => {
    const onAlarms = ownedBy("ServerPolicy").filter(({ Resource }) => list(Resource).some((arn) => flat(arn).includes("TablesAlarms")));
    expect(actionsOf(onAlarms)).toEqual(new Set(["dynamodb:Query", "dynamodb:UpdateItem"]));
    const [update] = onAlarms.filter(({ Action }) => list(Action).includes("dynamodb:UpdateItem"));
    expect(update?.Condition).toEqual({
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "raisedAtMs", "acknowledged", "snoozed", "assigned"] },
    });
  });
});

describe("outputs", () => {
  test("carry everything that a server's settings need", () => {
    expect(Object.keys(template.Outputs).sort()).toEqual(
      [
        ...[
          "Region",
          "UserPoolId",
          "UserPoolIssuer",
          "HostedUiUrl",
          "UserPoolClientId",
          "IdentityPoolId",
          "ViewerRoleArn",
          "ControlRoleArn",
        ],
        ...["ServerRoleArn", "ServerPolicyArn", "SessionsTableName", "AuditTableName", "WorkspaceTableName"],
        ...["AlarmsTableName", "HistoryTableName"],
        ...["Sites", "GuestSite", "IdentityProviders", "SignUp"],
      ].sort(),
    );
    expect(template.Outputs.Sites?.Value).toBe("harbor:Harbor water works,ridge:Ridge cold store");
  });
});
