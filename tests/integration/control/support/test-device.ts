import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IoTClient } from "@aws-sdk/client-iot";
import { provisionThing } from "../../../../local-aws/device-simulator/provision-things.ts";
import { connectThing, type Delta, type ThingConnection } from "../../../../local-aws/device-simulator/thing-connection.ts";
import type { LocalAwsInfo } from "../../../../local-aws/info.ts";
import type { JsonObject } from "../../../../lib/fleet/thing.ts";

export type Behavior = "normal" | "refuse" | "lie" | "slow" | "silent";
const SLOW_MS = 900;
const directory = mkdtempSync(join(tmpdir(), "thingdeck-devices-"));

/** A pump over mutual TLS whose temper can be changed, with a diary of all it ever reported. */
export interface TestDevice {
  thing: string;
  behavior: Behavior;
  /** Everything it said, in order. */
  diary: JsonObject[];
  /** Every wish it heard. */
  heard: Delta[];
  readonly isOn: boolean;
  plug(): Promise<void>;
  unplug(): Promise<void>;
}

/** Registers a pump of the site its name begins with and plugs it in. The caller must `unplug()` it. */
export async function createTestDevice({ iot, info }: { iot: IoTClient; info: LocalAwsInfo }, thing: string): Promise<TestDevice> {
  const [site = ""] = thing.split("-");
  const registration = { thingName: thing, thingType: "pump", site, label: thing, intervalSeconds: 2 };
  const keys = await provisionThing(iot, registration, directory);
  const identity = { thingName: thing, site, endpointUrl: info.mqtt.mtls, caPem: info.mqtt.caPem, ...keys };
  const state: JsonObject = { power: false, speed: 10, mode: "auto" };
  let connection: ThingConnection | undefined;

  const say = (fields: JsonObject) => {
    device.diary.push(fields);
    connection?.report(fields);
  };
  const answer = ({ fields, ...delta }: Delta) => {
    const commandId = delta.commandId ?? null;
    const [field = ""] = Object.keys(fields);
    if (device.behavior === "refuse") {
      say({ lastError: { commandId, field, message: `interlock active for ${field}` } });
      return;
    }
    for (const [name, wanted] of Object.entries(fields as JsonObject)) {
      if (device.behavior !== "lie") state[name] = wanted;
      else if (typeof wanted === "number") state[name] = wanted + 1;
    }
    say({ ...state, lastError: null });
  };
  const device: TestDevice = {
    thing,
    behavior: "normal",
    diary: [],
    heard: [],
    get isOn() {
      return connection !== undefined;
    },
    plug: () =>
      new Promise((resolve) => {
        connection ??= connectThing(identity, {
          onDelta: (delta) => {
            device.heard.push(delta);
            if (device.behavior === "silent") return;
            if (device.behavior === "slow") setTimeout(() => answer(delta), SLOW_MS).unref();
            else answer(delta);
          },
          onReady: () => {
            say({ ...state });
            resolve();
          },
          onProblem: () => undefined,
        });
      }),
    unplug: async () => {
      const ending = connection;
      connection = undefined;
      await ending?.end();
    },
  };
  await device.plug();
  return device;
}
