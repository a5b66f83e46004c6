import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import { parseJson } from "../../platform/http.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import { poolArn } from "../resources/user-pool-handler.ts";
import { resolveAccessToken, type TokenHolder } from "../tokens/resolve-access-token.ts";
import type { UserPools } from "../user-pools.ts";

export interface Call {
  readonly pools: UserPools;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly name: string;
}

export type Operation = (call: Call) => Promise<object> | object;
export type Operations = Readonly<Record<string, Operation>>;

/** Input of every operation: members AWS knows and this stand-in has no use for are let through, as real clients send them. */
export function input<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape);
}

/** An operation anyone may call: the client id or a token in the input is the authority. */
export function openOperation<Input>(
  schema: z.ZodType<Input>,
  run: (pools: UserPools, input: Input) => Promise<object> | object,
): Operation {
  return ({ pools, body }) => run(pools, parseInput(schema, body));
}

const userPoolId = z
  .string()
  .regex(/^[\w-]+_[0-9a-zA-Z]+$/)
  .max(55);

/** An operation for signed callers whose IAM policy allows it on the pool. */
export function adminOperation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (pools: UserPools, pool: PoolRecord, input: z.infer<z.ZodObject<Shape>>) => Promise<object> | object,
): Operation {
  const schema = z.object(shape);
  return ({ pools, request, body, name }) => {
    const principal = pools.iam.authenticate(request, body, ["cognito-idp"]);
    const { UserPoolId: poolId } = parseInput(z.object({ UserPoolId: userPoolId }), body);
    pools.iam.authorize(principal, { action: `cognito-idp:${name}`, resource: poolArn(pools, poolId), context: {} });
    const pool = pools.directory.pool(poolId);
    if (pool === undefined) throw new AwsError("ResourceNotFoundException", `User pool ${poolId} does not exist.`);
    return run(pools, pool, parseInput(schema, body));
  };
}

/** An operation on the caller's own user, by access token with the scope AWS asks for. */
export function selfOperation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (pools: UserPools, holder: TokenHolder, input: z.infer<z.ZodObject<Shape>>) => Promise<object> | object,
): Operation {
  const schema = z.object(shape);
  return async ({ pools, body }) => {
    const { AccessToken: token } = parseInput(z.object({ AccessToken: z.string().min(1) }), body);
    const holder = await resolveAccessToken(pools, token);
    if (!holder.scopes.includes("aws.cognito.signin.user.admin")) {
      throw new AwsError("NotAuthorizedException", "Access Token does not have required scopes");
    }
    return run(pools, holder, parseInput(schema, body));
  };
}

/** Throws `SerializationException` for a body that is no JSON object, `InvalidParameterException` for a wrong member. */
function parseInput<Input>(schema: z.ZodType<Input>, body: Buffer): Input {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : parseJson(body);
  } catch {
    throw new AwsError("SerializationException", "Could not parse the request body as JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AwsError("SerializationException", "The request body must be a JSON object");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const member = String(issue?.path[0] ?? "input");
  const isMissing = !Object.hasOwn(value, member);
  throw new AwsError(
    "InvalidParameterException",
    `1 validation error detected: Value at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: ${
      isMissing ? "Member must not be null" : `Member is not valid`
    }`,
  );
}

/** The client of an open operation, and its pool. Throws `ResourceNotFoundException`. */
export function requireClient(pools: UserPools, clientId: string): { client: ClientRecord; pool: PoolRecord } {
  const client = pools.directory.client(clientId);
  const pool = client === undefined ? undefined : pools.directory.pool(client.poolId);
  if (client === undefined || pool === undefined) {
    throw new AwsError("ResourceNotFoundException", `User pool client ${clientId} does not exist.`);
  }
  return { client, pool };
}

/** A client with a secret proves it by HMAC over username and client id. Throws `NotAuthorizedException`. */
export function assertSecretHash(client: ClientRecord, username: string, secretHash: string | undefined): void {
  if (client.secret === undefined) {
    if (secretHash !== undefined) {
      throw new AwsError("NotAuthorizedException", `Client ${client.clientId} is not configured for secret but secret hash was received`);
    }
    return;
  }
  if (secretHash === undefined) {
    throw new AwsError("NotAuthorizedException", `Client ${client.clientId} is configured with secret but SECRET_HASH was not received`);
  }
  const expected = createHmac("sha256", client.secret)
    .update(username + client.clientId)
    .digest();
  const actual = Buffer.from(secretHash, "base64");
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new AwsError("NotAuthorizedException", `Unable to verify secret hash for client ${client.clientId}`);
  }
}

/** Throws `UserNotFoundException`. */
export function requireUser(pools: UserPools, pool: PoolRecord, username: string): UserRecord {
  const user = pools.directory.users.find(pool.poolId, username);
  if (user === undefined) throw new AwsError("UserNotFoundException", "User does not exist.");
  return user;
}
