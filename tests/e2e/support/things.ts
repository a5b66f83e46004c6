import { CreateThingCommand, IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient, PublishCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { readWorld } from "./world.ts";

/** A thing without a device behind it: what it says is what a test makes it say. */
export interface ScriptedThing {
  readonly name: string;
  report(state: Readonly<Record<string, unknown>>): Promise<void>;
  publish(values: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Registers a thing of the harbor, with the keys of the stand-in's root. */
export async function createScriptedThing(name: string, { intervalSeconds = 60, thingTypeName = "pump" } = {}): Promise<ScriptedThing> {
  const { info } = readWorld();
  const settings = { region: info.region, credentials: info.root as { accessKeyId: string; secretAccessKey: string } };
  const iot = new IoTClient({ ...settings, endpoint: info.endpoints.iot });
  const data = new IoTDataPlaneClient({ ...settings, endpoint: info.endpoints.iotData });
  const attributes = { site: "harbor", intervalSeconds: String(intervalSeconds) };
  await iot.send(new CreateThingCommand({ thingName: name, thingTypeName, attributePayload: { attributes } }));
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return {
    name,
    report: async (reported) => {
      await data.send(new UpdateThingShadowCommand({ thingName: name, payload: bytes({ state: { reported } }) }));
    },
    publish: async (values) => {
      await data.send(new PublishCommand({ topic: `dt/harbor/${name}/telemetry`, payload: bytes(values) }));
    },
  };
}
