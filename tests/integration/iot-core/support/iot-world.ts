import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { createIam, type IamService } from "../../../../local-aws/iam/create-iam.ts";
import type { PolicyDocument } from "../../../../local-aws/iam/policy-document.ts";
import type { SessionKeys } from "../../../../local-aws/iam/principal.ts";
import { createBroker, type LocalBroker } from "../../../../local-aws/iot-core/broker/create-broker.ts";
import { createIotServices, type IotServices } from "../../../../local-aws/iot-core/create-iot-services.ts";
import { createRegistry, type Registry } from "../../../../local-aws/iot-core/registry/create-registry.ts";
import { type Clock, createClock } from "../../../../local-aws/platform/clock.ts";
import { listen } from "../../../../local-aws/platform/http.ts";
import { createLog } from "../../../../local-aws/platform/log.ts";
import { openStore, type Store } from "../../../../local-aws/platform/store.ts";

export const REGION = "eu-west-1";
export const ACCOUNT = "123456789012";
export const POOL = `${REGION}:11111111-2222-3333-4444-555555555555`;
export const IDENTITY = `${REGION}:aaaaaaaa-2222-3333-4444-555555555555`;
const EVERYTHING: PolicyDocument = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** All of IoT Core of a fresh install behind its two HTTP listeners. */
export interface IotWorld {
  readonly iam: IamService;
  readonly registry: Registry;
  readonly broker: LocalBroker;
  readonly services: IotServices;
  readonly store: Store;
  readonly clock: Clock;
  readonly dataOrigin: string;
  readonly controlOrigin: string;
  /** Root's clients. */
  readonly iot: IoTClient;
  readonly data: IoTDataPlaneClient;
  /** Clients of an IAM user with this policy only. */
  clientsOf(name: string, policy: PolicyDocument): { iot: IoTClient; data: IoTDataPlaneClient };
  /** Keys of an authenticated identity whose role allows `role`. */
  cognitoKeys(role: PolicyDocument): Promise<SessionKeys>;
  dataClient(keys: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): IoTDataPlaneClient;
  close(): Promise<void>;
}

export async function startIotWorld(extra: Partial<Parameters<typeof createIotServices>[1]> = {}): Promise<IotWorld> {
  const directory = mkdtempSync(join(tmpdir(), "iot-world-"));
  const store = openStore(directory);
  const clock = createClock();
  const ctx = {
    region: REGION,
    accountId: ACCOUNT,
    clock,
    log: createLog("silent"),
    store,
    dataDirectory: directory,
    throwIfThrottled: () => undefined,
  };
  const iam = createIam(ctx);
  const registry = await createRegistry(ctx);
  const broker = await createBroker(ctx, { iam, registry });
  const functions = { invoke: () => Promise.reject(new Error("no function here")) };
  const services = createIotServices(ctx, { iam, registry, broker, functions, dynamodbEndpoint: "http://127.0.0.1:1", ...extra });
  const control = await listen(undefined, () => clock.nowMs());
  control.onRequest(services.controlPlaneHandler);
  const data = await listen(undefined, () => clock.nowMs());
  data.onRequest(services.dataPlaneHandler);
  data.server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
  const base = { region: REGION, maxAttempts: 1 };
  const dataClient: IotWorld["dataClient"] = (credentials) => new IoTDataPlaneClient({ ...base, credentials, endpoint: data.origin });
  const clientsFor = (credentials: { accessKeyId: string; secretAccessKey: string }) => ({
    iot: new IoTClient({ ...base, credentials, endpoint: control.origin }),
    data: dataClient(credentials),
  });
  return {
    iam,
    registry,
    broker,
    services,
    store,
    clock,
    dataOrigin: data.origin,
    controlOrigin: control.origin,
    ...clientsFor(iam.rootKeys),
    clientsOf: (name, policy) => clientsFor(iam.createUser(name, { inlinePolicies: { policy } })),
    cognitoKeys: (role) => assumeAsIdentity(iam, role),
    dataClient,
    close: async () => {
      await broker.close();
      await services.close?.();
      await Promise.all([control.close(), data.close()]);
      store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function assumeAsIdentity(iam: IamService, role: PolicyDocument): Promise<SessionKeys> {
  const aud = "cognito-identity.amazonaws.com:aud";
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: "cognito-identity.amazonaws.com" },
        Condition: { StringEquals: { [aud]: POOL } },
      },
    ],
  };
  await makeRole(iam, "viewer", { trust, policy: role });
  return iam.assumeRole({
    roleArn: `arn:aws:iam::${ACCOUNT}:role/viewer`,
    sessionName: "CognitoIdentityCredentials",
    durationMs: 3_600_000,
    by: {
      webIdentityProvider: "cognito-identity.amazonaws.com",
      context: { "cognito-identity.amazonaws.com:sub": IDENTITY, [aud]: POOL, "cognito-identity.amazonaws.com:amr": ["authenticated"] },
    },
    cognito: { identityId: IDENTITY, identityPoolId: POOL, isAuthenticated: true },
  });
}

/** A role as the template would make it. */
export async function makeRole(
  iam: IamService,
  roleName: string,
  { trust, policy = EVERYTHING }: { trust: unknown; policy?: PolicyDocument },
) {
  const properties = { RoleName: roleName, AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: "p", PolicyDocument: policy }] };
  await iam.resourceHandlers?.["AWS::IAM::Role"]?.apply({ logicalId: roleName, properties, physicalId: undefined });
  return `arn:aws:iam::${ACCOUNT}:role/${roleName}`;
}

/** The name and status of a refusal. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error("the call was not refused");
}
