import { parentPort, workerData } from "node:worker_threads";

/** Inside a worker thread: loads one bundled handler and answers one event at a time, as a Lambda sandbox does. */
interface WorkerData {
  readonly modulePath: string;
  readonly exportName: string;
}
export interface Invocation {
  readonly event: unknown;
  /** How far the stand-in's time is from the machine's. */
  readonly clockOffsetMs: number;
  readonly context: { readonly functionName: string; readonly awsRequestId: string; readonly invokedFunctionArn: string };
}
export type WorkerAnswer = { readonly result: unknown } | { readonly error: { readonly name: string; readonly message: string } };

type Handler = (event: unknown, context: unknown) => unknown;

const { modulePath, exportName } = workerData as WorkerData;
const machineNowMs = Date.now.bind(Date);
let clockOffsetMs = 0;

/** A function lives in the stand-in's time, which the control endpoint may move. */
class StandInDate extends Date {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(machineNowMs() + clockOffsetMs);
    else super(...given);
  }
  static override now(): number {
    return machineNowMs() + clockOffsetMs;
  }
}
globalThis.Date = StandInDate as DateConstructor;

const module = (await import(modulePath)) as Record<string, Handler | undefined>;

parentPort?.on("message", ({ event, context, ...invocation }: Invocation) => {
  clockOffsetMs = invocation.clockOffsetMs;
  void answer(event, context).then((reply) => parentPort?.postMessage(reply));
});

async function answer(event: unknown, context: Invocation["context"]): Promise<WorkerAnswer> {
  try {
    const handler = module[exportName];
    if (handler === undefined) throw new Error(`${exportName} is not exported by the function's bundle`);
    return { result: (await handler(event, context)) ?? null };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: { name, message } };
  }
}
