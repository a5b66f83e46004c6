import "server-only";
import {
  ConflictException,
  GetThingShadowCommand,
  ResourceNotFoundException,
  ThrottlingException,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import type { JsonObject } from "../fleet/thing.ts";
import { AppError } from "../platform/app-error.ts";
import { type AwsKeys, iotData } from "../platform/aws-clients.server.ts";
import type { CurrentShadow } from "./settle-due.ts";
import { parseShadow, toUpdatePayload } from "./shadow-payload.ts";

/** The shadow as it is now, with the server's role; undefined when there is none. Throws shadow/unavailable. */
export async function readShadow(thingName: string): Promise<CurrentShadow | undefined> {
  try {
    const { payload } = await iotData().send(new GetThingShadowCommand({ thingName }));
    return parseShadow(payload);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw new AppError("shadow/unavailable", { cause: error });
  }
}

export interface ShadowWrite {
  desired: JsonObject;
  version: number | null;
  clientToken: string;
}

/** What is known of a write. `unknown`: it was sent and no answer came. */
export type ShadowAnswer =
  | { kind: "accepted"; version: number }
  | { kind: "conflict" }
  | { kind: "forbidden" }
  | { kind: "rejected" }
  | { kind: "busy" }
  | { kind: "unknown"; cause: unknown };

/** Writes desired with an admin's own control keys; never retried here: after anything but a refusal a repeat could not be told from another person's write. */
export async function writeShadow(keys: AwsKeys, thingName: string, write: ShadowWrite): Promise<ShadowAnswer> {
  try {
    const { payload } = await iotData(keys).send(new UpdateThingShadowCommand({ thingName, payload: toUpdatePayload(write) }));
    return { kind: "accepted", version: parseShadow(payload).version };
  } catch (error) {
    return classify(error);
  }
}

/** By status where the SDK has no class of its own (AWS.md E.7). */
function classify(error: unknown): ShadowAnswer {
  if (error instanceof ConflictException) return { kind: "conflict" };
  if (error instanceof ThrottlingException) return { kind: "busy" };
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  switch (status) {
    case 401:
    case 403:
      return { kind: "forbidden" };
    case 409:
      return { kind: "conflict" };
    case 429:
      return { kind: "busy" };
    case 400:
    case 404:
    case 405:
    case 413:
    case 415:
      return { kind: "rejected" };
    default:
      return { kind: "unknown", cause: error };
  }
}
