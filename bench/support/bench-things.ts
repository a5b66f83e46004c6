import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CreateThingCommand, IoTClient } from "@aws-sdk/client-iot";
import { z } from "zod";
import { provisionThing } from "../../local-aws/device-simulator/provision-things.ts";
import { connectThing, type Delta, type ThingConnection } from "../../local-aws/device-simulator/thing-connection.ts";
import { startNode, type StartedProcess } from "../../scripts/support/child-processes.ts";
import type { BenchStack } from "./bench-room.ts";

const FLEET_START_MS_MAX = 60_000;

const rootKeys = z.object({ root: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }) });

export interface BenchThing {
  readonly thingName: string;
  readonly connection: ThingConnection;
  /** The instants, in ms since the epoch, at which each delta came and was answered. */
  readonly answered: readonly { readonly deltaAtMs: number; readonly reportAtMs: number }[];
}

/** This machine's clock in ms since the epoch, finer than Date.now(). */
export const wallMs = (): number => performance.timeOrigin + performance.now();

/** A gateway of the harbor site, with certificate and shadow, that does at once what it is asked. The caller ends its connection. */
export async function connectBenchThing(stack: BenchStack, thingName: string): Promise<BenchThing> {
  const iot = rootIot(stack);
  const thing = { thingName, thingType: "gateway", site: "harbor", label: "Bench gateway", intervalSeconds: 1 };
  const keys = await provisionThing(iot, thing, join(stack.dataDirectory, "devices"));
  iot.destroy();
  const { mtls: endpointUrl, caPem } = stack.info.mqtt;
  const answered: { deltaAtMs: number; reportAtMs: number }[] = [];
  const connection = await new Promise<ThingConnection>((resolve, reject) => {
    const connected = connectThing(
      { ...keys, thingName, site: thing.site, endpointUrl, caPem },
      {
        onReady: () => {
          connected.report({ led: false });
          resolve(connected);
        },
        onDelta: ({ fields }: Delta) => {
          const deltaAtMs = wallMs();
          connected.report({ ...fields });
          answered.push({ deltaAtMs, reportAtMs: wallMs() });
        },
        onProblem: (problem) => reject(new Error(`${thingName}: ${problem}`)),
      },
    );
  });
  return { thingName, connection, answered };
}

/** Pumps of the harbor site that are registered and no more: neither keys nor a connection. */
export async function registerBenchThings(stack: BenchStack, thingNames: readonly string[]): Promise<void> {
  const iot = rootIot(stack);
  const attributePayload = { attributes: { site: "harbor", intervalSeconds: "1" } };
  for (const thingName of thingNames) await iot.send(new CreateThingCommand({ thingName, attributePayload }));
  iot.destroy();
}

function rootIot({ info }: BenchStack): IoTClient {
  return new IoTClient({ region: info.region, endpoint: info.endpoints.iot, credentials: rootKeys.parse(info).root });
}

/** The demo's 42 devices, once all of them are registered and connected. The caller must `stop()` them. Throws after a minute. */
export async function startWholeFleet(stack: BenchStack): Promise<StartedProcess> {
  const fleet = startFleet(stack);
  const deadlineMs = Date.now() + FLEET_START_MS_MAX;
  while (!fleet.lastWords().includes("simulated fleet is running")) {
    if (Date.now() > deadlineMs) throw new Error(`the simulated fleet did not start; it said: ${fleet.lastWords()}`);
    await pause(100);
  }
  return fleet;
}

/** The demo's 42 devices, on their way. The caller must `stop()` them. */
export function startFleet(stack: BenchStack): StartedProcess {
  const { dataDirectory } = stack;
  return startNode({
    name: "bench-fleet",
    script: "local-aws/device-simulator/fleet.ts",
    args: ["--info", join(dataDirectory, "local-aws.json"), "--keys", join(dataDirectory, "devices")],
    logFile: join(dataDirectory, "logs", "bench-fleet.log"),
  });
}
