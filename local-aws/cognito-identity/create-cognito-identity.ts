import type { LoginProvider } from "../cognito-user-pool/login-provider.ts";
import type { Iam } from "../iam/principal.ts";
import { AwsError } from "../platform/aws-error.ts";
import type { HttpHandler } from "../platform/http.ts";
import { createJsonServiceHandler, type JsonCall } from "../platform/json-rpc.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import { ADMIN_OPERATIONS } from "./admin-operations.ts";
import { openPoolRecords, type PoolRecords } from "./pool-records.ts";
import { createPoolResourceHandlers } from "./pool-resources.ts";
import { PUBLIC_OPERATIONS } from "./public-operations.ts";
import { createRateLimit, tooManyRequests } from "./rate-limit.ts";

export interface CognitoIdentityOptions {
  readonly iam: Iam;
  /** The user pools as they are at the time of a call. */
  loginProviders(): readonly LoginProvider[];
}

/** Ten logins of 50,000 characters are the largest legitimate input. */
const BODY_BYTES_MAX = 1024 * 1024;

/** Amazon Cognito identity pools (federated identities): logins in, an hour's keys of a role out. */
export function createCognitoIdentity(
  context: LocalAwsContext,
  options: CognitoIdentityOptions,
): Service & { readonly handler: HttpHandler } {
  const records = openPoolRecords(context.store, context.region);
  const limit = createRateLimit(() => context.clock.nowMs());
  const throttle = (operation: string) => {
    try {
      context.throwIfThrottled(`cognito-identity:${operation}`);
    } catch {
      throw tooManyRequests();
    }
    limit(operation);
  };
  const call = async (request: JsonCall): Promise<unknown> => {
    const open = Object.hasOwn(PUBLIC_OPERATIONS, request.operation) ? PUBLIC_OPERATIONS[request.operation] : undefined;
    throttle(request.operation);
    if (open !== undefined) {
      return open({ context, iam: options.iam, records, loginProviders: options.loginProviders }, request.input);
    }
    return callAdmin({ context, iam: options.iam, records }, request);
  };
  return {
    handler: createJsonServiceHandler({ targetPrefix: "AWSCognitoIdentityService", bodyBytesMax: BODY_BYTES_MAX, log: context.log, call }),
    resourceHandlers: createPoolResourceHandlers(records, context.region),
  };
}

function callAdmin({ context, iam, records }: { context: LocalAwsContext; iam: Iam; records: PoolRecords }, call: JsonCall): unknown {
  const operation = Object.hasOwn(ADMIN_OPERATIONS, call.operation) ? ADMIN_OPERATIONS[call.operation] : undefined;
  if (operation === undefined) throw new AwsError("UnknownOperationException", `${call.operation} is not emulated by the local AWS`);
  const principal = iam.authenticate(call.request, call.body, ["cognito-identity"]);
  const poolId = operation.poolIdOf(call.input);
  const resource = poolId === undefined ? "*" : `arn:aws:cognito-identity:${context.region}:${context.accountId}:identitypool/${poolId}`;
  const action = `cognito-identity:${call.operation}`;
  // Keys that an identity pool handed out never manage identity pools (AWS.md B.3).
  if (principal.cognito !== undefined) {
    throw new AwsError("AccessDeniedException", `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`);
  }
  iam.authorize(principal, { action, resource, context: {} });
  return operation.run(records, call.input);
}
