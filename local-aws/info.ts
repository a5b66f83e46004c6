import type { CorporateSso } from "./corporate-sso/create-corporate-sso.ts";
import type { IamService, LongTermKeys } from "./iam/create-iam.ts";
import type { Install } from "./install/install.ts";
import type { LocalBroker } from "./iot-core/broker/create-broker.ts";
import type { Listeners } from "./listeners.ts";
import type { LocalAwsContext } from "./platform/service.ts";
import type { Provisioned } from "./provisioning/provision.ts";
import type { SeededUser } from "./seed.ts";

/** The one line of JSON: where everything is, and the keys to it. A secret as a whole. */
export interface LocalAwsInfo {
  readonly region: string;
  readonly accountId: string;
  readonly userPool: {
    readonly userPoolId: string;
    readonly issuer: string;
    readonly domain: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  readonly identityPoolId: string;
  readonly endpoints: {
    readonly cognitoIdentity: string;
    readonly cognitoIdp: string;
    readonly sts: string;
    readonly iot: string;
    readonly iotData: string;
    readonly dynamodb: string;
  };
  readonly mqtt: { readonly wss: string; readonly mtls: string; readonly caPem: string };
  readonly server: LongTermKeys;
  readonly root: LongTermKeys;
  readonly users: readonly SeededUser[];
  readonly control: { readonly url: string; readonly token: string };
  readonly outputs: Readonly<Record<string, string>>;
  readonly corporateSso: { readonly issuer: string; readonly users: readonly { readonly username: string; readonly password: string }[] };
}

interface InfoInput {
  readonly listeners: Listeners;
  readonly services: { readonly iam: IamService; readonly broker: LocalBroker; readonly corporateSso: CorporateSso };
  readonly install: Install;
  readonly provisioned: Provisioned;
  readonly users: readonly SeededUser[];
  readonly server: LongTermKeys;
  readonly mtlsPort: number;
}

export function toInfo(context: LocalAwsContext, input: InfoInput): LocalAwsInfo {
  const { listeners, services, provisioned } = input;
  const domain = listeners.domain.origin;
  const output = (name: string): string => {
    const value = provisioned.outputs[name];
    if (value === undefined) throw new Error(`The template has no output ${name}`);
    return value;
  };
  return {
    region: context.region,
    accountId: context.accountId,
    userPool: {
      userPoolId: output("UserPoolId"),
      issuer: output("UserPoolIssuer"),
      domain,
      clientId: output("UserPoolClientId"),
      clientSecret: clientSecretOf(provisioned),
    },
    identityPoolId: output("IdentityPoolId"),
    endpoints: {
      cognitoIdentity: listeners.cognitoIdentity.origin,
      cognitoIdp: listeners.idp.origin,
      sts: listeners.sts.origin,
      iot: listeners.iot.origin,
      iotData: listeners.iotData.origin,
      dynamodb: listeners.dynamodb.origin,
    },
    mqtt: {
      wss: `ws://127.0.0.1:${listeners.iotData.port}/mqtt`,
      mtls: `mqtts://127.0.0.1:${input.mtlsPort}`,
      caPem: services.broker.serverCaPem,
    },
    server: input.server,
    root: services.iam.rootKeys,
    users: input.users,
    control: { url: listeners.control.origin, token: input.install.controlToken },
    // The one address that the template computes for AWS itself.
    outputs: { ...provisioned.outputs, HostedUiUrl: domain },
    corporateSso: {
      issuer: services.corporateSso.issuer,
      users: services.corporateSso.people.map(({ username, password }) => ({ username, password })),
    },
  };
}

function clientSecretOf({ resources }: Provisioned): string {
  const client = [...resources.values()].find(({ type }) => type === "AWS::Cognito::UserPoolClient");
  return client?.attributes.ClientSecret ?? "";
}
