import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { classifyExchangeError } from "./exchange-errors.ts";

const ATTEMPTS_MAX = 5;
const WAIT_MS_FIRST = 100;
const WAIT_MS_MAX = 1_500;

/** Repeats a throttled or unanswered call with exponential waits and full jitter, five attempts at most; other refusals pass at once. */
export async function withBackoff<Value>(call: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const refusal = classifyExchangeError(error);
      if (attempt >= ATTEMPTS_MAX || (refusal !== "throttled" && refusal !== "unavailable")) throw error;
      await delay(Math.random() * Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** attempt));
    }
  }
}
