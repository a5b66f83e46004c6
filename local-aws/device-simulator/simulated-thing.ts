import type { PlannedThing } from "./fleet-plan.ts";
import { createChiller } from "./models/chiller.ts";
import { createGateway } from "./models/gateway.ts";
import { createMeter } from "./models/meter.ts";
import type { DeviceModel, ModelOptions, SiteWorld } from "./models/model.ts";
import { createPump } from "./models/pump.ts";
import { createRandom } from "./random.ts";
import { strained } from "./strain.ts";
import { connectThing, type Delta, type ThingConnection, type ThingIdentity } from "./thing-connection.ts";

/** How a device treats what it is asked; the control endpoint can change it while it runs. */
export type Behavior = "normal" | "slow" | "silent" | "lie" | "refuse" | "overload";

export interface SimulatedThing {
  readonly thingName: string;
  behave(behavior: Behavior): void;
  stop(): Promise<void>;
}

const MODELS: Readonly<Record<PlannedThing["thingType"], (options: ModelOptions) => DeviceModel>> = {
  pump: createPump,
  chiller: createChiller,
  meter: createMeter,
  gateway: createGateway,
};

const QUIRK_BEHAVIOR: Readonly<Record<string, Behavior>> = { slow: "slow", silent: "silent", liar: "lie", refuses: "refuse" };
const SLOW_DELAY_MS = 6000;
/** A silent device reports this long first, so that what dies is a value that lived. */
const SILENT_AFTER_MS = 20_000;
const FLAP_ONLINE_MS = 25_000;
const FLAP_OFFLINE_MS = 9_000;

export interface SimulatedThingOptions {
  readonly plan: PlannedThing;
  readonly identity: ThingIdentity;
  readonly world: SiteWorld;
  onProblem(message: string): void;
}

/** Starts one simulated thing: real connection, real shadow, simulated physics. The caller must `stop()` it. */
export function startSimulatedThing({ plan, identity, world, onProblem }: SimulatedThingOptions): SimulatedThing {
  const random = createRandom(plan.thingName);
  const model = strained(plan.thingType, MODELS[plan.thingType]({ ...plan, random }), () => behavior === "overload");
  const timers = new Set<NodeJS.Timeout>();
  let behavior: Behavior = plan.quirk === "silent" ? "normal" : (QUIRK_BEHAVIOR[plan.quirk ?? ""] ?? "normal");
  let connection: ThingConnection | undefined;
  let sequence = 0;
  let lastStepMs = Date.now();

  const after = (delayMs: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, delayMs);
    timers.add(timer);
  };

  const open = () => {
    connection = connectThing(identity, {
      onReady: () => {
        world.connected.add(plan.thingName);
        connection?.report({ ...model.settings });
      },
      onOffline: () => world.connected.delete(plan.thingName),
      onDelta: (delta) => {
        if (behavior === "silent") return;
        after(behavior === "slow" ? SLOW_DELAY_MS : 0, () => connection?.report(obey(model, delta, behavior)));
      },
      onProblem,
    });
  };

  const tick = () => {
    const nowMs = Date.now();
    const readings = model.step(Math.min(30, (nowMs - lastStepMs) / 1000), world);
    lastStepMs = nowMs;
    if (behavior !== "silent") connection?.publishTelemetry({ ts: nowMs, seq: (sequence += 1), ...readings });
    after(model.intervalSeconds() * 1000, tick);
  };

  const flap = () => {
    after(FLAP_ONLINE_MS * (0.6 + random()), () => {
      void connection?.end({ isAbrupt: true });
      after(FLAP_OFFLINE_MS * (0.6 + random()), () => {
        open();
        flap();
      });
    });
  };

  open();
  after(random() * plan.intervalSeconds * 1000, tick);
  if (plan.quirk === "flaps") flap();
  if (plan.quirk === "silent") after(SILENT_AFTER_MS, () => (behavior = "silent"));

  return {
    thingName: plan.thingName,
    behave: (next) => (behavior = next),
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      world.connected.delete(plan.thingName);
      await connection?.end();
    },
  };
}

/** What the device reports after a wish, according to its behaviour. */
function obey(model: DeviceModel, delta: Delta, behavior: Behavior): Record<string, unknown> {
  const reported: Record<string, unknown> = { lastError: null };
  for (const [field, wanted] of Object.entries(delta.fields)) {
    const refusal =
      behavior === "refuse" ? `interlock active: ${field} is locked at the device` : takeSetting(model, field, wanted, behavior);
    if (refusal === undefined) reported[field] = model.settings[field];
    else reported.lastError = { commandId: delta.commandId ?? null, field, message: refusal };
  }
  return reported;
}

function takeSetting(model: DeviceModel, field: string, wanted: unknown, behavior: Behavior): string | undefined {
  return model.set(field, behavior === "lie" ? somethingElse(wanted, model.settings[field]) : wanted);
}

/** What a lying device does instead of what it was asked: numbers fall short, everything else stays as it was. */
function somethingElse(wanted: unknown, current: unknown): unknown {
  return typeof wanted === "number" ? Math.round(wanted * 0.8) : current;
}
