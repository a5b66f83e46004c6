import type { Operation } from "./operation.ts";

/** Every operation the API answers, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>();
