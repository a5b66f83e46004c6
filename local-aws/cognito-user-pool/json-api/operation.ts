import type { IncomingMessage } from "node:http";
import type { UserPools } from "../user-pools.ts";

export interface Call {
  readonly pools: UserPools;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly name: string;
}

export type Operation = (call: Call) => Promise<object> | object;
