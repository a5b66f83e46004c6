import { settleDue } from "../../lib/shadow/settle-due.ts";
import { createFunctionShadows, createFunctionStore } from "./ports.ts";

const BATCH = 100;
/** Leaves room before the function's own time limit; the next minute goes on. */
const BUDGET_MS = 45_000;

const parts = { store: createFunctionStore(), shadows: createFunctionShadows(), nowMs: () => Date.now() };

/** Called every minute: gives due rows their outcome and takes expired commands back, also when no server runs. */
export async function handler(): Promise<{ settledCount: number }> {
  const untilMs = Date.now() + BUDGET_MS;
  const settledCount = await settleDue(parts, { limit: BATCH, untilMs });
  return { settledCount };
}
