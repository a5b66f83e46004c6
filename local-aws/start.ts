import { createCognitoIdentity } from "./cognito-identity/create-cognito-identity.ts";
import { createUserPools } from "./cognito-user-pool/create-user-pools.ts";
import { createControl } from "./control/create-control.ts";
import { createDeviceBehaviors } from "./control/device-behaviors.ts";
import { createFunctionFaults } from "./control/function-faults.ts";
import { createThrottles } from "./control/throttles.ts";
import { createCorporateSso } from "./corporate-sso/create-corporate-sso.ts";
import { createDynamodb } from "./dynamodb/create-dynamodb.ts";
import { createAsyncInvoker } from "./functions/async-invoker.ts";
import { createFunctions } from "./functions/create-functions.ts";
import { createIam } from "./iam/create-iam.ts";
import { lockDataDirectory } from "./install/data-lock.ts";
import { ensureInstall, keepPorts, type Install } from "./install/install.ts";
import { startOver } from "./install/start-over.ts";
import { createBroker } from "./iot-core/broker/create-broker.ts";
import { createIotServices } from "./iot-core/create-iot-services.ts";
import { createRegistry } from "./iot-core/registry/create-registry.ts";
import { LISTENERS, mtlsPort, openListeners, type Listeners } from "./listeners.ts";
import { createClock } from "./platform/clock.ts";
import type { Logger } from "./platform/log.ts";
import type { LocalAwsContext, Service } from "./platform/service.ts";
import { openStore } from "./platform/store.ts";
import { provision } from "./provisioning/provision.ts";
import { createSts } from "./sts/create-sts.ts";
import { synthesise } from "./provisioning/synthesise.ts";
import { seedUsers } from "./seed.ts";
import { toInfo, type LocalAwsInfo } from "./info.ts";
import { synthesisContext, withAddresses, type TemplateSettings } from "./template-settings.ts";
import { clockVerbs } from "./control/clock-verbs.ts";

export type { LocalAwsInfo } from "./info.ts";

export interface LocalAwsOptions {
  readonly dataDirectory: string;
  /** Project root, where infra/ is. */
  readonly root: string;
  readonly log: Logger;
  readonly isFresh?: boolean;
  readonly region?: string;
  /** First of a row of ports; absent: those of the last start. */
  readonly basePort?: number | undefined;
  /** Origins of the dashboard, for the app client's callback URLs. */
  readonly appUrls?: readonly string[];
  /** CDK context, e.g. `selfSignUp`. */
  readonly synthContext?: Readonly<Record<string, string>>;
}

export interface LocalAws {
  readonly info: LocalAwsInfo;
  /** Ends every connection, writes what is not written, gives the folder free. */
  close(): Promise<void>;
}

/**
 * Starts the whole stand-in and provisions it from the synthesised template. The caller must `close()` it.
 * Throws an Error that names what is wrong: a folder in use, a damaged store, a template construct it does not know.
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const undo: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    undo.push(lockDataDirectory(options.dataDirectory));
    if (options.isFresh === true) startOver(options.dataDirectory);
    return { info: await assemble(options, undo), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Undo = (() => Promise<void> | void)[];

async function assemble(options: LocalAwsOptions, undo: Undo): Promise<LocalAwsInfo> {
  const store = openStore(options.dataDirectory);
  undo.push(() => store.close());
  const install = ensureInstall(store);
  const clock = createClock();
  const throttles = createThrottles(() => Date.now());
  const context: LocalAwsContext = {
    region: options.region ?? "eu-west-1",
    accountId: install.accountId,
    clock,
    log: options.log,
    store,
    dataDirectory: options.dataDirectory,
    throwIfThrottled: throttles.throwIfThrottled,
  };
  const ports = { basePort: options.basePort, lastPorts: install.ports };
  const listeners = await openListeners({ ...ports, log: options.log, nowMs: () => clock.nowMs() });
  undo.push(async () => {
    await Promise.all(LISTENERS.map((name) => listeners[name].close()));
  });
  const services = await createServices(context, listeners, undo);
  const mtls = await services.broker.listenMtls(mtlsPort(ports)).catch(() => services.broker.listenMtls(0));
  keepPorts(store, install, { ...Object.fromEntries(LISTENERS.map((name) => [name, listeners[name].port])), mtls: mtls.port });
  serve(context, { listeners, services, install, verbs: throttles.verbs });
  return await deploy(options, context, { listeners, services, install, mtlsPort: mtls.port });
}

type Services = Awaited<ReturnType<typeof createServices>>;

async function createServices(context: LocalAwsContext, listeners: Listeners, undo: Undo) {
  const iam = createIam(context);
  const origins = {
    issuerOrigin: listeners.idp.origin,
    domainOrigin: listeners.domain.origin,
    corporateSsoOrigin: listeners.corporateSso.origin,
  };
  const corporateSso = await createCorporateSso(context, { origin: listeners.corporateSso.origin, domainOrigin: listeners.domain.origin });
  const userPools = createUserPools(context, { ...origins, iam });
  const cognitoIdentity = createCognitoIdentity(context, { iam, loginProviders: () => userPools.loginProviders() });
  const registry = await createRegistry(context);
  const broker = await createBroker(context, { iam, registry });
  undo.push(() => broker.close());
  const dynamodb = await createDynamodb(context, { iam });
  undo.push(() => dynamodb.close?.());
  let assetsDirectory = "";
  const functionFaults = createFunctionFaults();
  const functions = createFunctions(context, {
    iam,
    environment: () => endpointVariables(listeners),
    assetsDirectory: () => assetsDirectory,
    beforeRun: (functionName) => functionFaults.suffer(functionName),
  });
  undo.push(() => functions.close?.());
  const events = createAsyncInvoker(context, functions);
  undo.push(() => events.close?.());
  const iot = createIotServices(context, { iam, registry, broker, functions: events, dynamodbEndpoint: listeners.dynamodb.origin });
  undo.push(() => iot.close?.());
  const useAssets = (directory: string) => {
    assetsDirectory = directory;
  };
  return { iam, corporateSso, userPools, cognitoIdentity, registry, broker, dynamodb, functions, functionFaults, iot, useAssets };
}

/** Where the SDK clients inside the functions find the stand-in. */
function endpointVariables(listeners: Listeners): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: listeners.dynamodb.origin,
    AWS_ENDPOINT_URL_IOT: listeners.iot.origin,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: listeners.iotData.origin,
    AWS_ENDPOINT_URL_STS: listeners.sts.origin,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY: listeners.cognitoIdentity.origin,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: listeners.idp.origin,
  };
}

function servicesOf({ iam, userPools, cognitoIdentity, registry, broker, dynamodb, functions, functionFaults, iot }: Services): Service[] {
  return [iam, userPools, cognitoIdentity, registry, broker, dynamodb, functions, functionFaults, iot];
}

function serve(
  context: LocalAwsContext,
  {
    listeners,
    services,
    install,
    verbs,
  }: { listeners: Listeners; services: Services; install: Install; verbs: NonNullable<Service["controlVerbs"]> },
): void {
  listeners.idp.onRequest(services.userPools.idpHandler);
  listeners.domain.onRequest(services.userPools.domainHandler);
  listeners.corporateSso.onRequest(services.corporateSso.handler);
  listeners.cognitoIdentity.onRequest(services.cognitoIdentity.handler);
  listeners.sts.onRequest(createSts(context, services).handler);
  listeners.dynamodb.onRequest(services.dynamodb.handler);
  listeners.iot.onRequest(services.iot.controlPlaneHandler);
  // One listener for both, as on AWS: HTTP requests and MQTT over WebSocket share the data endpoint.
  listeners.iotData.onRequest(services.iot.dataPlaneHandler);
  listeners.iotData.server.on("upgrade", services.broker.handleUpgrade);
  const all = [
    { controlVerbs: verbs },
    { controlVerbs: clockVerbs(context.clock) },
    { controlVerbs: createDeviceBehaviors(context.store) },
  ];
  const merged = Object.assign({}, ...[...all, ...servicesOf(services)].map(({ controlVerbs }) => controlVerbs ?? {})) as typeof verbs;
  listeners.control.onRequest(createControl(context, { token: install.controlToken, verbs: merged }).handler);
}

async function deploy(
  options: LocalAwsOptions,
  context: LocalAwsContext,
  { listeners, services, install, mtlsPort: port }: { listeners: Listeners; services: Services; install: Install; mtlsPort: number },
): Promise<LocalAwsInfo> {
  const settings: TemplateSettings = { appUrls: options.appUrls ?? [], context: options.synthContext ?? {} };
  const assembly = await synthesise(options.root, synthesisContext(settings, services.corporateSso.clientId), context.log);
  services.useAssets(assembly.directory);
  const handlers = Object.assign({}, ...servicesOf(services).map(({ resourceHandlers }) => resourceHandlers ?? {})) as NonNullable<
    Service["resourceHandlers"]
  >;
  const provisioned = await provision({
    template: withAddresses(assembly.template, settings, services.corporateSso),
    stackName: "Thingdeck",
    region: context.region,
    accountId: context.accountId,
    handlers,
    store: context.store,
    log: context.log,
  });
  const users = await seedUsers(context.store, services.userPools, provisioned.outputs.UserPoolId ?? "");
  const serverPolicy = provisioned.outputs.ServerPolicyArn;
  const server = services.iam.createUser("thingdeck-server", { managedPolicyArns: serverPolicy === undefined ? [] : [serverPolicy] });
  return toInfo(context, { listeners, services, install, provisioned, users, server, mtlsPort: port });
}
