import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  ConflictException,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  ResourceNotFoundException,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { type AuditStore, createAuditStore, type DocumentPort } from "../../lib/shadow/audit-store.ts";
import type { ShadowPort } from "../../lib/shadow/settle-due.ts";
import { parseShadow, toUpdatePayload } from "../../lib/shadow/shadow-payload.ts";

/** The audit log with the function's own role; the table's name is the function's one setting. */
export function createFunctionStore(): AuditStore {
  const { AUDIT_TABLE } = process.env;
  if (!AUDIT_TABLE) throw new Error("AUDIT_TABLE is not set");
  return createAuditStore(documentPort(), AUDIT_TABLE);
}

function documentPort(): DocumentPort {
  const documents = DynamoDBDocument.from(new DynamoDBClient(), { marshallOptions: { removeUndefinedValues: true } });
  return {
    get: (input) => documents.get(input),
    put: (input) => isWritten(documents.put(input)),
    update: (input) => isWritten(documents.update(input)),
    query: (input) => documents.query(input),
  };
}

async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Shadows with the function's own role. */
export function createFunctionShadows(): ShadowPort {
  const data = new IoTDataPlaneClient();
  return {
    async read(thingName) {
      try {
        const { payload } = await data.send(new GetThingShadowCommand({ thingName }));
        return parseShadow(payload);
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    async write(thingName, update) {
      try {
        const { payload } = await data.send(new UpdateThingShadowCommand({ thingName, payload: toUpdatePayload(update) }));
        return { kind: "accepted", version: parseShadow(payload).version };
      } catch (error) {
        if (error instanceof ConflictException) return { kind: "conflict" };
        throw error;
      }
    },
  };
}
