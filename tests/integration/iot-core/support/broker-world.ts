import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIam, type IamService } from "../../../../local-aws/iam/create-iam.ts";
import type { PolicyDocument } from "../../../../local-aws/iam/policy-document.ts";
import type { SessionKeys } from "../../../../local-aws/iam/principal.ts";
import { createBroker, type CreateBrokerInput, type LocalBroker } from "../../../../local-aws/iot-core/broker/create-broker.ts";
import { createRegistry, type Registry } from "../../../../local-aws/iot-core/registry/create-registry.ts";
import { type Clock, createClock } from "../../../../local-aws/platform/clock.ts";
import { createLog } from "../../../../local-aws/platform/log.ts";
import { openStore } from "../../../../local-aws/platform/store.ts";

export const REGION = "eu-west-1";
export const ACCOUNT = "123456789012";
export const ARN = `arn:aws:iot:${REGION}:${ACCOUNT}:`;
const POOL = `${REGION}:11111111-2222-3333-4444-555555555555`;

export const EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
};

export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** IAM, registry and broker of a fresh install behind one HTTP listener and one mTLS listener. */
export interface BrokerWorld {
  readonly iam: IamService;
  readonly registry: Registry;
  readonly broker: LocalBroker;
  readonly clock: Clock;
  readonly port: number;
  readonly mtlsPort: number;
  /** Keys of a plain IAM user that may do everything in IoT. */
  readonly keys: SigningKeys;
  /** Keys of an identity of the pool, whose role allows `role`. */
  cognitoKeys(identityId: string, role: PolicyDocument, options?: { isAuthenticated?: boolean }): Promise<SessionKeys>;
  userKeys(name: string, policy: PolicyDocument): SigningKeys;
  /** A new certificate of the local CA, with the policy attached to it. */
  device(policyName: string | undefined): Promise<{ certificateId: string; certificateArn: string; cert: string; key: string; ca: string }>;
  definePolicy(policyName: string, document: PolicyDocument): void;
  url(keys?: SigningKeys): string;
  /** The same store with new services, as after a restart of the process. */
  restart(): Promise<BrokerWorld>;
  close(): Promise<void>;
}

export async function startBrokerWorld(options: Pick<CreateBrokerInput, "limits" | "monotonicMs"> = {}, at?: string): Promise<BrokerWorld> {
  const directory = at ?? mkdtempSync(join(tmpdir(), "broker-"));
  const store = openStore(directory);
  const clock = createClock();
  const context = {
    region: REGION,
    accountId: ACCOUNT,
    clock,
    log: createLog("silent"),
    store,
    dataDirectory: directory,
    throwIfThrottled: () => undefined,
  };
  const iam = createIam(context);
  const registry = await createRegistry(context);
  const broker = await createBroker(context, { iam, registry, ...options });
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
  const port = await listen(server);
  const { port: mtlsPort } = await broker.listenMtls(0);
  const userKeys = (name: string, policy: PolicyDocument) => iam.createUser(name, { inlinePolicies: { policy } });
  const keys = userKeys("everything", EVERYTHING);
  const stop = async () => {
    await broker.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    store.close();
  };
  return {
    iam,
    registry,
    broker,
    clock,
    port,
    mtlsPort,
    keys,
    userKeys,
    cognitoKeys: (identityId, role, { isAuthenticated = true } = {}) => assumeAsIdentity(iam, { identityId, role, isAuthenticated }),
    definePolicy: (policyName, document) => void registry.policies.create(policyName, JSON.stringify(document)),
    device: async (policyName) => {
      const { certificate, privateKeyPem } = await registry.certificates.createWithKeys(true);
      const { certificateId, certificateArn, pem } = certificate;
      if (policyName !== undefined) registry.attachPolicy(policyName, certificateArn);
      return { certificateId, certificateArn, cert: pem, key: privateKeyPem, ca: broker.serverCaPem };
    },
    url: (by = keys) => signedUrl(`127.0.0.1:${port}`, by, new Date(clock.nowMs())),
    restart: async () => {
      await stop();
      return startBrokerWorld(options, directory);
    },
    close: async () => {
      await stop();
      rmSync(directory, { recursive: true });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function assumeAsIdentity(
  iam: IamService,
  { identityId, role, isAuthenticated }: { identityId: string; role: PolicyDocument; isAuthenticated: boolean },
): Promise<SessionKeys> {
  const roleName = `role-${createHash("sha256")
    .update(JSON.stringify([identityId, role]))
    .digest("hex")
    .slice(0, 12)}`;
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: "cognito-identity.amazonaws.com" },
        Condition: { StringEquals: { "cognito-identity.amazonaws.com:aud": POOL } },
      },
    ],
  };
  await iam.resourceHandlers?.["AWS::IAM::Role"]?.apply({
    logicalId: roleName,
    properties: { RoleName: roleName, AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: "p", PolicyDocument: role }] },
    physicalId: undefined,
  });
  return iam.assumeRole({
    roleArn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`,
    sessionName: "CognitoIdentityCredentials",
    durationMs: 3_600_000,
    by: {
      webIdentityProvider: "cognito-identity.amazonaws.com",
      context: {
        "cognito-identity.amazonaws.com:sub": identityId,
        "cognito-identity.amazonaws.com:aud": POOL,
        "cognito-identity.amazonaws.com:amr": [isAuthenticated ? "authenticated" : "unauthenticated"],
      },
    },
    cognito: { identityId, identityPoolId: POOL, isAuthenticated },
  });
}

/** A SigV4 query-signed WebSocket URL, made from AWS's document and from nothing of the stand-in. */
export function signedUrl(host: string, keys: SigningKeys, date: Date): string {
  const amzDate = date.toISOString().replace(/[:-]|\.\d{3}/g, "");
  const scope = `${amzDate.slice(0, 8)}/${REGION}/iotdevicegateway/aws4_request`;
  const query = [
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    `X-Amz-Credential=${encodeURIComponent(`${keys.accessKeyId}/${scope}`)}`,
    `X-Amz-Date=${amzDate}`,
    "X-Amz-SignedHeaders=host",
  ].join("&");
  const request = ["GET", "/mqtt", query, `host:${host}`, "", "host", sha256("")].join("\n");
  const text = ["AWS4-HMAC-SHA256", amzDate, scope, sha256(request)].join("\n");
  const key = scope.split("/").reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${keys.secretAccessKey}`);
  const token = keys.sessionToken === undefined ? "" : `&X-Amz-Security-Token=${encodeURIComponent(keys.sessionToken)}`;
  return `ws://${host}/mqtt?${query}&X-Amz-Signature=${hmac(key, text).toString("hex")}${token}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
