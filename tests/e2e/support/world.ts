import type { LocalAwsInfo } from "../../../scripts/support/app-settings.ts";
import type { Stack } from "../../../scripts/support/stack.ts";

/** Where the stack under test is, and who may sign in. */
export interface World {
  readonly appUrl: string;
  readonly info: LocalAwsInfo;
  readonly dataDirectory: string;
  readonly pids: Stack["pids"];
}

const VARIABLE = "THINGDECK_E2E_WORLDS";

/** Hands the worlds from the global set-up to the test workers, which inherit its environment. */
export function publishWorlds(worlds: readonly World[]): void {
  process.env[VARIABLE] = JSON.stringify(worlds);
}

/** The world of this worker. */
export function readWorld(): World {
  const worlds = JSON.parse(process.env[VARIABLE] ?? "[]") as World[];
  const world = worlds[Number(process.env.TEST_PARALLEL_INDEX)];
  if (world === undefined) throw new Error("the end-to-end tests run through playwright.config.ts, which starts the stack");
  return world;
}

/** Asks the local AWS's control endpoint for a fault or a state. Throws an Error with its refusal. */
export async function control(verb: string, input: unknown = {}): Promise<unknown> {
  const { url, token } = readWorld().info.control;
  const response = await fetch(`${url}/${verb}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-thingdeck-control": token },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`control ${verb}: ${response.status} ${await response.text()}`);
  return response.json();
}
