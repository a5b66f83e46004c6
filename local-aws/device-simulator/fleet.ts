import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { IoTClient } from "@aws-sdk/client-iot";
import { z } from "zod";
import { createLog } from "../platform/log.ts";
import { planFleet, type PlannedThing } from "./fleet-plan.ts";
import { provisionThing } from "./provision-things.ts";
import { startSimulatedThing, type Behavior, type SimulatedThing } from "./simulated-thing.ts";
import { startSiteWorld } from "./site-world.ts";

const BEHAVIOR_POLL_MS = 1000;

/** The parts of the local AWS's line of JSON that the simulator uses. */
const localAwsInfo = z.object({
  region: z.string(),
  endpoints: z.object({ iot: z.string() }),
  mqtt: z.object({ mtls: z.string(), caPem: z.string() }),
  root: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  control: z.object({ url: z.string(), token: z.string() }),
});
type LocalAwsInfo = z.infer<typeof localAwsInfo>;

const log = createLog();

/** Registers the demo's fleet and runs it against the local AWS until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { info: { type: "string" }, keys: { type: "string", default: join(".thingdeck", "devices") } } });
  if (values.info === undefined) throw new Error("--info FILE is required: the file that holds the local AWS's line of JSON");
  const info = localAwsInfo.parse(JSON.parse(readFileSync(values.info, "utf8")));
  const plan = planFleet();
  const worlds = new Map([...new Set(plan.map(({ site }) => site))].map((site) => [site, startSiteWorld(site)]));
  const things = await startThings(info, plan, { keysDirectory: values.keys, worldOf: (site) => worlds.get(site)?.world });
  log.info({ things: things.size }, "simulated fleet is running");
  const poll = setInterval(() => void followBehaviors(info, things), BEHAVIOR_POLL_MS);
  const stop = async () => {
    clearInterval(poll);
    for (const { stop: stopWorld } of worlds.values()) stopWorld();
    await Promise.allSettled([...things.values()].map((thing) => thing.stop()));
    process.exit(0);
  };
  process.once("SIGINT", () => void stop());
  process.once("SIGTERM", () => void stop());
}

type WorldOf = (site: string) => ReturnType<typeof startSiteWorld>["world"] | undefined;

async function startThings(
  info: LocalAwsInfo,
  plan: readonly PlannedThing[],
  { keysDirectory, worldOf }: { keysDirectory: string; worldOf: WorldOf },
): Promise<Map<string, SimulatedThing>> {
  const iot = new IoTClient({ region: info.region, endpoint: info.endpoints.iot, credentials: info.root });
  const things = new Map<string, SimulatedThing>();
  for (const planned of plan) {
    const keys = await provisionThing(iot, planned, keysDirectory);
    const world = worldOf(planned.site);
    if (planned.quirk === "never-reports" || world === undefined) continue;
    const identity = { ...keys, thingName: planned.thingName, site: planned.site, endpointUrl: info.mqtt.mtls, caPem: info.mqtt.caPem };
    const onProblem = (problem: string) => log.warn({ thing: planned.thingName, problem }, "simulated thing");
    things.set(planned.thingName, startSimulatedThing({ plan: planned, identity, world, onProblem }));
  }
  iot.destroy();
  return things;
}

const behaviors = z.record(z.string(), z.enum(["normal", "slow", "silent", "lie", "refuse", "overload"]));

/** Asks the control endpoint how devices shall behave; only a change is applied, so quirks of the plan stay. */
async function followBehaviors(info: LocalAwsInfo, things: ReadonlyMap<string, SimulatedThing>): Promise<void> {
  const response = await fetch(`${info.control.url}/device-behaviors`, {
    method: "POST",
    headers: { "x-thingdeck-control": info.control.token, "content-type": "application/json" },
    body: "{}",
  }).catch(() => undefined);
  if (response?.ok !== true) return;
  for (const [thingName, behavior] of Object.entries(behaviors.parse(await response.json()))) {
    if (applied.get(thingName) === behavior) continue;
    applied.set(thingName, behavior);
    things.get(thingName)?.behave(behavior);
  }
}

const applied = new Map<string, Behavior>();

await main();
