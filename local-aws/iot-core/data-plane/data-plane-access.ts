import { AwsError } from "../../platform/aws-error.ts";
import { authorizeIot, type IotAuthorities } from "../policy/authorize.ts";
import type { RestRequest } from "../rest/rest-route.ts";

/** Throws `ForbiddenException` (403) unless the caller may do `action` on `resource`. */
export type RequireAccess = (caller: Pick<RestRequest, "principal" | "sourceIp">, action: string, resource: string) => void;

/** Asks IAM and, for a signed-in identity, its IoT policies too. */
export function createAccessCheck(authorities: IotAuthorities): RequireAccess {
  return ({ principal, sourceIp }, action, resource) => {
    const { decision } = authorizeIot({ caller: { kind: "sigv4", principal }, action, resource, sourceIp }, authorities);
    if (decision !== "allowed") throw forbidden("Forbidden");
  };
}

/** The data plane's one answer to whoever may not: also to a signature that does not verify. */
export const forbidden = (message: string) => new AwsError("ForbiddenException", message, 403);
