import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../../../lib/fleet/thing.ts";
import type { Answer, LiveDeck, Person } from "./live-deck.ts";
import type { Behavior, TestDevice } from "./test-device.ts";

export interface StormParts {
  deck: LiveDeck;
  devices: readonly TestDevice[];
  admins: readonly Person[];
  operator: Person;
  commandCount: number;
  seed: number;
}

/** What was asked of the deck and what it answered. */
export interface Asked {
  commandId: string;
  thing: string;
  answer: Answer;
}

interface Storm extends StormParts {
  asked: Asked[];
  /** Versions that were written past the deck. */
  outside: { thing: string; version: number }[];
  faultCounts: Record<string, number>;
}

type Random = () => number;

/** mulberry32: small, seeded, and good enough to pick with. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

const PEOPLE_AT_ONCE = 5;
const FAULT_EVERY = 9;
const BEHAVIORS: readonly Behavior[] = ["normal", "normal", "normal", "normal", "refuse", "lie", "slow", "silent"];

/** Presses, withdrawals, denials, outside writes and faults at random, as many as asked for; the same seed makes the same choices. */
export async function runStorm(parts: StormParts): Promise<Storm> {
  const storm: Storm = { ...parts, asked: [], outside: [], faultCounts: {} };
  let next = 0;
  // What no server took is no command, and is made up for; not without end.
  const stepMax = () => Math.min(3 * parts.commandCount, parts.commandCount + storm.asked.filter(isNotTaken).length);
  let fault: Promise<void> = Promise.resolve();
  const person = async () => {
    while (next < stepMax()) {
      const step = next;
      next += 1;
      const random = randomOf(parts.seed * 1_000_003 + step);
      // One fault after the other; the people go on while it lasts.
      if (step > 0 && step % FAULT_EVERY === 0) fault = fault.then(() => breakSomething(storm, random));
      await act(storm, random);
    }
  };
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, person));
  parts.deck.proxy.disarm();
  await fault;
  return storm;
}

/** The server was dead, or could not even say who asked. */
export const isNotTaken = ({ answer }: Asked): boolean => answer.status === 0 || answer.body.error?.code === "session/unavailable";

async function act(storm: Storm, random: Random): Promise<void> {
  const device = pick(random, storm.devices);
  const dice = random();
  if (dice < 0.04) device.behavior = pick(random, BEHAVIORS);
  if (dice < 0.1) await writeOutside(storm, random, device.thing);
  else if (dice < 0.14) await (device.isOn ? device.unplug() : device.plug());
  else if (dice < 0.17) await pressAsOperator(storm, device.thing);
  else if (dice < 0.24) await followUp(storm, random);
  else if (dice < 0.29) await pressBoth(storm, random, device.thing);
  await press(storm, random, device.thing);
}

function wishOf(random: Random): JsonObject {
  const kind = random();
  if (kind < 0.35) return { power: random() < 0.5 };
  if (kind < 0.7) return { speed: Math.floor(random() * 101) };
  if (kind < 0.85) return { mode: pick(random, ["auto", "manual", "standby"]) };
  if (kind < 0.97) return { power: random() < 0.5, speed: Math.floor(random() * 101) };
  return { speed: 900 };
}

async function versionOf({ deck }: Storm, thing: string): Promise<number> {
  return await deck.shadow(thing).then(
    ({ version }) => version,
    () => 0,
  );
}

async function press(storm: Storm, random: Random, thing: string): Promise<void> {
  const version = await versionOf(storm, thing);
  const isStale = random() < 0.1;
  const body = {
    patch: wishOf(random),
    expectedVersion: Math.max(0, isStale ? version - 1 : version),
    commandId: randomUUID(),
    ifOffline: random() < 0.5 ? "queue" : "refuse",
    expiresAtMs: Date.now() + 5_000 + Math.floor(random() * 20_000),
  };
  await send(storm, pick(random, storm.admins), { thing, body });
  // A repeat of the same press, as a browser or a person makes it, is no second command.
  if (random() < 0.08) await send(storm, pick(random, storm.admins), { thing, body });
}

async function send(
  storm: Storm,
  person: Person,
  { thing, body }: { thing: string; body: { commandId: string } & Record<string, unknown> },
): Promise<Answer> {
  const answer = await person.post(`/api/things/${thing}/desired`, body);
  storm.asked.push({ commandId: body.commandId, thing, answer });
  if (answer.status === 429 || answer.status === 503) await pause(250);
  if (answer.status === 0) await untilServed(storm);
  return answer;
}

/** A killed server is being started again; whoever met that waits for it. */
async function untilServed({ operator }: Storm): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while ((await operator.get("/api/health")).status !== 200 && Date.now() < deadlineMs)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

async function pressBoth(storm: Storm, random: Random, thing: string): Promise<void> {
  const expectedVersion = await versionOf(storm, thing);
  await Promise.all(
    storm.admins.map((admin, at) => {
      const patch = { speed: Math.floor(random() * 50) + 50 * at };
      const when = { ifOffline: "queue", expiresAtMs: Date.now() + 10_000 };
      return send(storm, admin, { thing, body: { patch, expectedVersion, commandId: randomUUID(), ...when } });
    }),
  );
}

async function pressAsOperator(storm: Storm, thing: string): Promise<void> {
  const body = { patch: { power: true }, expectedVersion: await versionOf(storm, thing), commandId: randomUUID() };
  await send(storm, storm.operator, { thing, body });
}

async function followUp(storm: Storm, random: Random): Promise<void> {
  const earlier = storm.asked.slice(-12).filter(({ answer }) => answer.status === 200);
  if (earlier.length === 0) return;
  const { commandId } = pick(random, earlier);
  const verb = random() < 0.7 ? "withdraw" : "keep-waiting";
  const answer = await pick(random, storm.admins).post(`/api/commands/${commandId}/${verb}`, {});
  if (answer.status === 0) await untilServed(storm);
}

async function writeOutside(storm: Storm, random: Random, thing: string): Promise<void> {
  const state = { desired: random() < 0.9 ? wishOf(random) : null };
  const stolen = random() < 0.2 ? storm.asked.at(-1)?.commandId : undefined;
  const version = await storm.deck.writeOutside(thing, { state, ...(stolen !== undefined && { clientToken: stolen }) });
  if (version !== null) storm.outside.push({ thing, version });
}

type Fault = (storm: Storm, random: Random) => Promise<unknown>;

async function restartServer({ deck }: Storm): Promise<void> {
  await deck.kill();
  await deck.start();
}

/** Waits for a write to meet the fault, but not for ever: the storm may be over. */
async function atNextWrite({ deck }: Storm, fault: Parameters<LiveDeck["proxy"]["arm"]>[0]): Promise<void> {
  const met = deck.proxy.arm(fault);
  await Promise.race([met, pause(4_000)]);
  if (deck.proxy.isArmed) deck.proxy.disarm();
  await met;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "server killed before the write": (storm) => atNextWrite(storm, { kind: "before", act: () => restartServer(storm) }),
  "server killed after the write": (storm) => atNextWrite(storm, { kind: "after", act: () => restartServer(storm) }),
  "answer lost": (storm) => atNextWrite(storm, { kind: "lost" }),
  "write throttled": (storm) => atNextWrite(storm, { kind: "busy" }),
  "write broken": (storm) => atNextWrite(storm, { kind: "broken" }),
  "DynamoDB down": async ({ deck }, random) => {
    const forMs = 300 + Math.floor(random() * 900);
    await deck.aws.control("dynamodb-outage", { forMs });
    await pause(forMs);
  },
  "broker down": async ({ deck }, random) => {
    const downMs = 100 + Math.floor(random() * 900);
    await deck.aws.control("restart-broker", { downMs });
    await pause(downMs);
  },
  "outcome function fails": async ({ deck }) => {
    await deck.aws.control("function", { name: "thingdeck-command-outcome", behavior: "fail" });
    await pause(700);
    await deck.aws.control("function", { name: "thingdeck-command-outcome", behavior: "normal" });
  },
  "data plane throttled": async ({ deck }) => {
    await deck.aws.control("throttle", { api: "iotdata:*", forMs: 500 });
    await pause(500);
  },
};

async function breakSomething(storm: Storm, random: Random): Promise<void> {
  const name = pick(random, Object.keys(FAULTS));
  storm.faultCounts[name] = (storm.faultCounts[name] ?? 0) + 1;
  await FAULTS[name]?.(storm, random);
}
