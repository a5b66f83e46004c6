import { recordChange } from "../../lib/shadow/record-change.ts";
import { parseShadowChange } from "../../lib/shadow/shadow-change.ts";
import { createFunctionStore } from "./ports.ts";

const store = createFunctionStore();

/** Called by the rule `thingdeck_outcome` with every shadow change; a failure is AWS's to deliver again, and repeating is safe. */
export async function handler(event: unknown): Promise<void> {
  await recordChange(parseShadowChange(event), store);
}
