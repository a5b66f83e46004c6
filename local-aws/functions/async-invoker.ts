import { AwsError } from "../platform/aws-error.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import type { FunctionInvoker } from "./function-invoker.ts";

/** Waits before the two retries of an asynchronous invocation (Lambda developer guide, "Asynchronous invocation": one minute, then two). */
const RETRY_AFTER_MS = [60_000, 120_000] as const;
/** Time is the stand-in's own, which the control endpoint may move, so what is due is looked for. */
const LOOK_EVERY_MS = 500;

interface Retry {
  readonly functionArn: string;
  readonly event: unknown;
  readonly attempt: number;
  readonly dueMs: number;
}

/**
 * Invokes as an event source does on AWS: the caller is done once the event is taken, and an event whose function failed is delivered twice more.
 * Events that wait are lost with the process. The caller must `close()` it.
 */
export function createAsyncInvoker({ clock, log }: LocalAwsContext, functions: FunctionInvoker): FunctionInvoker & Service {
  let waiting: Retry[] = [];

  const deliver = async (functionArn: string, event: unknown, attempt: number): Promise<void> => {
    try {
      await functions.invoke(functionArn, event);
    } catch (error) {
      if (error instanceof AwsError) throw error;
      const afterMs = RETRY_AFTER_MS[attempt];
      const facts = { function: functionArn, attempt: attempt + 1, error: (error as Error).message };
      if (afterMs === undefined) log.error(facts, "an event was given up: its function failed three times");
      else {
        log.warn(facts, "a function failed; its event will be delivered again");
        waiting.push({ functionArn, event, attempt: attempt + 1, dueMs: clock.nowMs() + afterMs });
      }
    }
  };

  const timer = setInterval(() => {
    const nowMs = clock.nowMs();
    const due = waiting.filter(({ dueMs }) => dueMs <= nowMs);
    waiting = waiting.filter(({ dueMs }) => dueMs > nowMs);
    for (const { functionArn, event, attempt } of due) {
      deliver(functionArn, event, attempt).catch((error: unknown) => log.error({ err: error }, "an event could not be delivered again"));
    }
  }, LOOK_EVERY_MS);

  return {
    invoke: async (functionArn, event) => {
      await deliver(functionArn, event, 0);
    },
    close: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
