import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { createUserPools, type UserPoolsService } from "../../../../local-aws/cognito-user-pool/create-user-pools.ts";
import { createIam, type IamService } from "../../../../local-aws/iam/create-iam.ts";
import { createClock, type Clock } from "../../../../local-aws/platform/clock.ts";
import type { LocalAwsContext } from "../../../../local-aws/platform/service.ts";
import { openStore } from "../../../../local-aws/platform/store.ts";

export const CALLBACK = "http://localhost:3999/callback";
export const SIGNED_OUT = "http://localhost:3999/signed-out";
export const PASSWORD = "Harbor-Water-77!";

export interface WorldOptions {
  readonly pool?: Record<string, unknown>;
  readonly client?: Record<string, unknown>;
  /** Keeps state between two worlds. */
  readonly directory?: string;
  /** Called once the listeners are known and before the first request. */
  readonly provision?: (world: World) => Promise<void>;
}

export interface World {
  readonly issuer: string;
  readonly issuerOrigin: string;
  readonly domainOrigin: string;
  readonly poolId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly service: UserPoolsService;
  readonly iam: IamService;
  readonly context: LocalAwsContext;
  readonly clock: Clock;
  readonly directory: string;
  /** Sub of the seeded user `ada`. */
  readonly adaSub: string;
  apply(
    type: string,
    logicalId: string,
    properties: Record<string, unknown>,
  ): Promise<{ physicalId: string; attributes: Readonly<Record<string, string>> }>;
  verb(name: string, input?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ server: Server; origin: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A user pool with one confidential client, two groups and the user `ada`, on free ports. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "user-pool-"));
  const store = openStore(directory);
  const clock = createClock();
  const served: { by?: UserPoolsService } = {};
  const issuerHost = await listen((request, response) => served.by?.idpHandler(request, response));
  const domainHost = await listen((request, response) => served.by?.domainHandler(request, response));
  const context: LocalAwsContext = {
    region: "eu-west-1",
    accountId: "123456789012",
    clock,
    log: pino({ level: "silent" }),
    store,
    dataDirectory: directory,
    throwIfThrottled: () => undefined,
  };
  const iam = createIam(context);
  const running = createUserPools(context, { issuerOrigin: issuerHost.origin, domainOrigin: domainHost.origin, iam });
  served.by = running;
  const physicalIds = store.table<string>("test-physical-ids");
  const apply: World["apply"] = async (type, logicalId, properties) => {
    const handler = running.resourceHandlers?.[type];
    if (handler === undefined) throw new Error(`no handler for ${type}`);
    handler.schema.parse(properties);
    const result = await handler.apply({ logicalId, properties, physicalId: physicalIds.get(logicalId.toLowerCase()) });
    physicalIds.put(logicalId.toLowerCase(), result.physicalId);
    return result;
  };
  const pool = await apply("AWS::Cognito::UserPool", "UserPool", {
    AliasAttributes: ["email"],
    AutoVerifiedAttributes: ["email"],
    ...options.pool,
  });
  const poolId = pool.physicalId;
  await apply("AWS::Cognito::UserPoolDomain", "Domain", { UserPoolId: poolId, Domain: "thingdeck-test" });
  await apply("AWS::Cognito::UserPoolGroup", "Operators", {
    UserPoolId: poolId,
    GroupName: "operators",
    Precedence: 10,
    RoleArn: "arn:aws:iam::123456789012:role/viewer",
  });
  await apply("AWS::Cognito::UserPoolGroup", "Admins", {
    UserPoolId: poolId,
    GroupName: "admins",
    Precedence: 20,
    RoleArn: "arn:aws:iam::123456789012:role/control",
  });
  const client = await apply("AWS::Cognito::UserPoolClient", "Client", {
    UserPoolId: poolId,
    ClientName: "Thingdeck",
    GenerateSecret: true,
    CallbackURLs: [CALLBACK],
    LogoutURLs: [SIGNED_OUT],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "profile"],
    SupportedIdentityProviders: ["COGNITO"],
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
    ...options.client,
  });
  const ada = await running.createUser({
    userPoolId: poolId,
    username: "ada",
    email: "ada@example.com",
    name: "Ada Admin",
    password: PASSWORD,
    groups: ["operators", "admins"],
  });
  const world: World = {
    issuer: pool.attributes.ProviderURL ?? "",
    issuerOrigin: issuerHost.origin,
    domainOrigin: domainHost.origin,
    poolId,
    clientId: client.physicalId,
    clientSecret: client.attributes.ClientSecret ?? "",
    service: running,
    iam,
    context,
    clock,
    directory,
    adaSub: ada.sub,
    apply,
    verb: (name, input) => Promise.resolve(running.controlVerbs?.[name]?.(input)),
    close: async () => {
      for (const { server } of [issuerHost, domainHost]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      store.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true });
    },
  };
  await options.provision?.(world);
  return world;
}
