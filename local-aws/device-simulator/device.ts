import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { IoTClient } from "@aws-sdk/client-iot";
import { z } from "zod";
import { createLog } from "../platform/log.ts";
import { createHostReader } from "./host-readings.ts";
import { createSettings, isSwitch, isWithin } from "./models/model.ts";
import { provisionThing } from "./provision-things.ts";
import { connectThing, type Delta, type ThingConnection, type ThingIdentity } from "./thing-connection.ts";

const HELP = `This machine as an AWS IoT thing: CPU, memory, load, disk and network, once a second; obeys its shadow.

Against the local AWS (registers itself):
  npm run device -- [--info .thingdeck/local-aws.json] [--site harbor] [--name NAME]

Against AWS, with a certificate you made there:
  npm run device -- --endpoint mqtts://<prefix>-ats.iot.<region>.amazonaws.com:8883 \\
                    --cert device.cert.pem --key device.key.pem --name NAME --site SITE [--ca AmazonRootCA1.pem]

Settings it obeys (desired -> reported): intervalSeconds 1..60, paused true/false.
Stops at Ctrl-C; MQTT's last will is not used: AWS IoT's own presence events tell that it is gone.`;

const localAwsInfo = z.object({
  region: z.string(),
  endpoints: z.object({ iot: z.string() }),
  mqtt: z.object({ mtls: z.string(), caPem: z.string() }),
  root: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
});

const log = createLog();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", default: false },
      info: { type: "string", default: join(".thingdeck", "local-aws.json") },
      keys: { type: "string", default: join(".thingdeck", "devices") },
      site: { type: "string", default: "harbor" },
      name: { type: "string", default: defaultThingName() },
      endpoint: { type: "string" },
      cert: { type: "string" },
      key: { type: "string" },
      ca: { type: "string" },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  const { endpoint, cert, key, ca } = values;
  const identity =
    endpoint === undefined
      ? await registerLocally(values)
      : awsIdentity({ name: values.name, site: values.site, endpoint, ...(ca === undefined ? {} : { ca }) }, cert, key);
  run(identity);
}

/** A thing name AWS accepts, made of the machine's own. */
function defaultThingName(): string {
  return `host-${hostname().replaceAll(/[^a-zA-Z0-9:_-]/g, "-")}`.slice(0, 60);
}

function awsIdentity(to: { name: string; site: string; endpoint: string; ca?: string }, cert?: string, key?: string): ThingIdentity {
  if (cert === undefined || key === undefined)
    throw new Error("--endpoint needs --cert FILE and --key FILE: the thing's certificate and private key");
  return {
    thingName: to.name,
    site: to.site,
    endpointUrl: to.endpoint,
    certificatePem: readFileSync(cert, "utf8"),
    privateKeyPem: readFileSync(key, "utf8"),
    ...(to.ca === undefined ? {} : { caPem: readFileSync(to.ca, "utf8") }),
  };
}

async function registerLocally({
  info: file,
  keys,
  site,
  name,
}: {
  info: string;
  keys: string;
  site: string;
  name: string;
}): Promise<ThingIdentity> {
  const info = localAwsInfo.parse(JSON.parse(readFileSync(file, "utf8")));
  const iot = new IoTClient({ region: info.region, endpoint: info.endpoints.iot, credentials: info.root });
  const thing = { thingName: name, thingType: "host", site, label: "This machine", intervalSeconds: 1 };
  const issued = await provisionThing(iot, thing, keys);
  iot.destroy();
  return { ...issued, thingName: name, site, endpointUrl: info.mqtt.mtls, caPem: info.mqtt.caPem };
}

function run(identity: ThingIdentity): void {
  const settings = createSettings<{ paused: boolean; intervalSeconds: number }>(
    { paused: false, intervalSeconds: 1 },
    { paused: isSwitch, intervalSeconds: isWithin(1, 60) },
  );
  const reader = createHostReader();
  let sequence = 0;
  let timer: NodeJS.Timeout | undefined;

  const tick = async () => {
    const readings = await reader.read();
    if (!settings.current.paused) connection.publishTelemetry({ ts: Date.now(), seq: (sequence += 1), ...readings });
    timer = setTimeout(() => void tick(), settings.current.intervalSeconds * 1000);
  };
  const connection: ThingConnection = connectThing(identity, {
    onReady: () => {
      log.info({ thing: identity.thingName, endpoint: identity.endpointUrl }, "connected");
      connection.report({ ...settings.current });
    },
    onDelta: (delta) => connection.report(obey(settings, delta)),
    onProblem: (problem) => log.warn({ thing: identity.thingName, problem }, "device"),
  });
  void tick();

  const stop = async () => {
    clearTimeout(timer);
    await connection.end();
    process.exit(0);
  };
  process.once("SIGINT", () => void stop());
  process.once("SIGTERM", () => void stop());
}

function obey(settings: ReturnType<typeof createSettings>, delta: Delta): Record<string, unknown> {
  const reported: Record<string, unknown> = { lastError: null };
  for (const [field, wanted] of Object.entries(delta.fields)) {
    const refusal = settings.set(field, wanted);
    log.info({ field, wanted, refusal }, "asked");
    if (refusal === undefined) reported[field] = settings.current[field];
    else reported.lastError = { commandId: delta.commandId ?? null, field, message: refusal };
  }
  return reported;
}

await main();
