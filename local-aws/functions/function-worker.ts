import { parentPort, workerData } from "node:worker_threads";

/** Inside a worker thread: loads one bundled handler and answers one event at a time, as a Lambda sandbox does. */
interface WorkerData {
  readonly modulePath: string;
  readonly exportName: string;
}
export interface Invocation {
  readonly event: unknown;
  readonly context: { readonly functionName: string; readonly awsRequestId: string; readonly invokedFunctionArn: string };
}
export type WorkerAnswer = { readonly result: unknown } | { readonly error: { readonly name: string; readonly message: string } };

type Handler = (event: unknown, context: unknown) => unknown;

const { modulePath, exportName } = workerData as WorkerData;
const module = (await import(modulePath)) as Record<string, Handler | undefined>;

parentPort?.on("message", ({ event, context }: Invocation) => {
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
