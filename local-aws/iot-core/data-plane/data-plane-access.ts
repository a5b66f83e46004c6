import type { PolicyDecision } from "../../iam/policy-document.ts";
import type { Principal } from "../../iam/principal.ts";
import { AwsError } from "../../platform/aws-error.ts";
import type { IotCaller } from "../broker/broker.ts";

/** The decision of IAM and, for a signed-in identity, of its IoT policies too. */
export type AuthorizeIot = (request: { readonly caller: IotCaller; readonly action: string; readonly resource: string }) => PolicyDecision;

/** Throws `ForbiddenException` (403) unless the caller may do `action` on `resource`. */
export type RequireAccess = (principal: Principal, action: string, resource: string) => void;

export function createAccessCheck(authorize: AuthorizeIot): RequireAccess {
  return (principal, action, resource) => {
    const { decision } = authorize({ caller: { kind: "sigv4", principal }, action, resource });
    if (decision !== "allowed") throw forbidden("Forbidden");
  };
}

/** The data plane's one answer to whoever may not: also to a signature that does not verify. */
export const forbidden = (message: string) => new AwsError("ForbiddenException", message, 403);
