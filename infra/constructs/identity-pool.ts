import { aws_cognito as cognito, aws_iam as iam, Fn } from "aws-cdk-lib";
import { Construct } from "constructs";
import { iotArn } from "../arn.ts";
import type { Settings } from "../settings.ts";
import { controlStatements, OWN_DASHBOARDS, READABLE_ROOTS, readStatements } from "./iot-policies.ts";
import type { UserPool } from "./user-pool.ts";

/** What people may do: ID tokens become keys of the role that the signed token lists, or of none. */
export class IdentityPool extends Construct {
  readonly pool: cognito.CfnIdentityPool;
  readonly viewerRole: iam.Role;
  readonly controlRole: iam.Role;
  readonly guestRole: iam.Role | undefined;

  constructor(scope: Construct, id: string, { settings, userPool }: { settings: Settings; userPool: UserPool }) {
    super(scope, id);
    const hasGuests = settings.guestSite !== "";
    this.pool = new cognito.CfnIdentityPool(this, "Pool", {
      identityPoolName: "thingdeck",
      allowUnauthenticatedIdentities: hasGuests,
      allowClassicFlow: false,
      cognitoIdentityProviders: [
        { clientId: userPool.client.ref, providerName: userPool.pool.attrProviderName, serverSideTokenCheck: true },
      ],
    });
    this.viewerRole = this.createRole("ViewerRole", "authenticated", { Live: readKeys() });
    this.controlRole = this.createRole("ControlRole", "authenticated", { Shadows: toDocument(controlStatements()) });
    // IoT policies do not apply to guests (AWS.md C.1), so the role itself is bound to the one site.
    this.guestRole = hasGuests
      ? this.createRole("GuestRole", "unauthenticated", { OneSite: toDocument(readStatements(settings.guestSite)) })
      : undefined;
    this.attachRoles(userPool);
  }

  private createRole(id: string, amr: "authenticated" | "unauthenticated", inlinePolicies: Record<string, iam.PolicyDocument>): iam.Role {
    return new iam.Role(this, id, {
      assumedBy: new iam.FederatedPrincipal(
        "cognito-identity.amazonaws.com",
        {
          StringEquals: { "cognito-identity.amazonaws.com:aud": this.pool.ref },
          "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
        },
        "sts:AssumeRoleWithWebIdentity",
      ),
      inlinePolicies,
    });
  }

  private attachRoles(userPool: UserPool): void {
    new cognito.CfnIdentityPoolRoleAttachment(this, "Roles", {
      identityPoolId: this.pool.ref,
      roles: {
        authenticated: this.viewerRole.roleArn,
        ...(this.guestRole && { unauthenticated: this.guestRole.roleArn }),
      },
      roleMappings: {
        userPool: {
          identityProvider: Fn.join(":", [userPool.pool.attrProviderName, userPool.client.ref]),
          type: "Token",
          // Someone of no group gets no keys, rather than the default role's.
          ambiguousRoleResolution: "Deny",
        },
      },
    });
  }
}

/** The widest a viewer can be; the site policies attached to the identity narrow it. */
function readKeys(): iam.PolicyDocument {
  const on = (kind: string) => READABLE_ROOTS.map((root) => iotArn(`${kind}/${root}/*`));
  return new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({ actions: ["iot:Connect"], resources: [iotArn(OWN_DASHBOARDS)] }),
      new iam.PolicyStatement({ actions: ["iot:Subscribe"], resources: on("topicfilter") }),
      new iam.PolicyStatement({ actions: ["iot:Receive"], resources: on("topic") }),
    ],
  });
}

function toDocument(statements: object[]): iam.PolicyDocument {
  return iam.PolicyDocument.fromJson({ Version: "2012-10-17", Statement: statements });
}
