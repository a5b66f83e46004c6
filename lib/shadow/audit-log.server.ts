import "server-only";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../platform/app-error.ts";
import { dynamo } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { type AuditStore, createAuditStore, type DocumentPort } from "./audit-store.ts";

/** The audit log with the server's role. Every failure to reach it is audit/unavailable: audit or refuse. */
export const auditLog = processSingleton<AuditStore>("audit-log", () => createAuditStore(documentPort(), env().AUDIT_TABLE));

function documentPort(): DocumentPort {
  const db = dynamo();
  return {
    get: (input) => orUnavailable(db.send(new GetCommand(input))),
    put: (input) => isWritten(db.send(new PutCommand(input))),
    update: (input) => isWritten(db.send(new UpdateCommand(input))),
    query: (input) => orUnavailable(db.send(new QueryCommand(input))),
  };
}

async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw unavailable(error);
  }
}

async function orUnavailable<Output>(read: Promise<Output>): Promise<Output> {
  try {
    return await read;
  } catch (error) {
    throw unavailable(error);
  }
}

const unavailable = (cause: unknown): AppError => new AppError("audit/unavailable", { cause });
