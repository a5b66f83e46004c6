import "server-only";
import { GetThingConnectivityDataCommand } from "@aws-sdk/client-iot";
import { GetThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { iot, iotData } from "../platform/aws-clients.server.ts";
import { log } from "../platform/log.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { parseShadowText, toConnectivity } from "./indexed-thing.ts";
import type { Connectivity, ShadowDocument, ThingSummary } from "./thing.ts";

/** Things read at once, by all viewers of the process: AWS counts these calls per account. */
const READS_MAX = 10;

/** Presence and shadow of one thing, read after the moment that was asked for. */
interface ThingState {
  shadow: ShadowDocument | null;
  /** Undefined when only the index can tell. */
  connectivity: Connectivity | null | undefined;
  readAtMs: number;
}

interface Queue {
  running: number;
  /** Reads that have not begun: whoever asks meanwhile shares them, and still gets a state read after they asked. */
  waiting: Map<string, Promise<ThingState>>;
  next: (() => void)[];
}

const queue = processSingleton("fleet/thing-states", (): Queue => ({ running: 0, waiting: new Map(), next: [] }));

export const isMissing = (error: unknown): boolean => error instanceof Error && error.name === "ResourceNotFoundException";

async function readShadow(thingName: string): Promise<ShadowDocument | null> {
  try {
    const { payload } = await iotData().send(new GetThingShadowCommand({ thingName }));
    return payload ? parseShadowText(new TextDecoder().decode(payload)) : null;
  } catch (error) {
    // No shadow yet is an answer: controls show "unknown" until the first write.
    if (isMissing(error)) return null;
    throw error;
  }
}

/** What AWS cannot tell of a single thing (indexing of connectivity switched off, too many calls) is left to the index. */
async function readConnectivity(thingName: string): Promise<Connectivity | null | undefined> {
  try {
    const { connected, timestamp, disconnectReason } = await iot().send(new GetThingConnectivityDataCommand({ thingName }));
    return toConnectivity({ connected, timestamp: timestamp?.getTime(), disconnectReason });
  } catch (cause) {
    log.debug({ reason: cause instanceof Error ? cause.name : "unknown" }, "connectivity left to the index");
    return undefined;
  }
}

async function read(thingName: string): Promise<ThingState> {
  const readAtMs = Date.now();
  const [shadow, connectivity] = await Promise.all([readShadow(thingName), readConnectivity(thingName)]);
  return { shadow, connectivity, readAtMs };
}

async function readInTurn(state: Queue, thingName: string): Promise<ThingState> {
  if (state.running >= READS_MAX) await new Promise<void>((resolve) => state.next.push(resolve));
  state.running += 1;
  state.waiting.delete(thingName);
  try {
    return await read(thingName);
  } finally {
    state.running -= 1;
    state.next.shift()?.();
  }
}

/** Presence and shadow read after this call; concurrent callers share a read that has not begun. Rejects when the shadow cannot be read. */
function readThingState(thingName: string): Promise<ThingState> {
  const state = queue();
  const shared = state.waiting.get(thingName);
  if (shared) return shared;
  const reading = Promise.resolve().then(() => readInTurn(state, thingName));
  state.waiting.set(thingName, reading);
  return reading;
}

/** The thing as it is now; its presence may have to come from the index, and then its `readAtMs` stays the index's. */
export async function withFreshState(thing: ThingSummary): Promise<ThingSummary> {
  const { shadow, connectivity, readAtMs } = await readThingState(thing.thingName);
  if (connectivity === undefined) return { ...thing, shadow };
  return { ...thing, shadow, connectivity, readAtMs };
}
