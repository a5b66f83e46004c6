import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { Registry } from "../registry/create-registry.ts";
import { invalidRequest } from "../registry/errors.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import { param, type DefineOperation, type OperationCall } from "./operation.ts";
import { markerPage, summaryOf } from "./policy-routes.ts";

const targetBody = z.object({ target: z.string().min(1) });

/** A Cognito identity is no ARN: for it, AWS has no resource but `*` (service authorization reference). */
const resourcesOf = (target: string): string[] => [target.startsWith("arn:") ? target : "*"];

/** Which policy is attached to which identity, certificate or group. */
export function attachmentRoutes(define: DefineOperation, scope: ArnScope, registry: Registry): RestRoute[] {
  const bodyTarget = ({ input }: OperationCall<{ target: string }>) => resourcesOf(input.target);
  return [
    define({
      method: "PUT",
      path: "/target-policies/{policyName}",
      operation: "AttachPolicy",
      body: targetBody,
      resources: bodyTarget,
      run: (call) => registry.attachPolicy(param(call, "policyName"), call.input.target),
    }),
    define({
      method: "POST",
      path: "/target-policies/{policyName}",
      operation: "DetachPolicy",
      body: targetBody,
      resources: bodyTarget,
      run: (call) => registry.detachPolicy(param(call, "policyName"), call.input.target),
    }),
    ...attachmentListRoutes(define, scope, registry),
    ...principalPolicyRoutes(define, registry),
  ];
}

function attachmentListRoutes(define: DefineOperation, scope: ArnScope, registry: Registry): RestRoute[] {
  return [
    define({
      method: "POST",
      path: "/attached-policies/{target+}",
      operation: "ListAttachedPolicies",
      resources: (call) => resourcesOf(param(call, "target")),
      run: (call) => {
        const target = param(call, "target");
        const isRecursive = call.query.get("recursive") === "true";
        const names = isRecursive ? registry.policiesOf(target).map(({ policyName }) => policyName) : [];
        const all = isRecursive ? names.map((name) => registry.policies.require(name)) : registry.policies.attachedTo(target);
        const { items, nextToken } = paginate(all, ({ policyName }) => policyName, markerPage(call.query));
        return { policies: items.map(summaryOf), nextMarker: nextToken };
      },
    }),
    define({
      method: "POST",
      path: "/policy-targets/{policyName}",
      operation: "ListTargetsForPolicy",
      resources: (call) => [iotArn(scope, "policy", param(call, "policyName"))],
      run: (call) => {
        const { targets: all } = registry.policies.require(param(call, "policyName"));
        const { items: targets, nextToken } = paginate(all, (target) => target, markerPage(call.query));
        return { targets, nextMarker: nextToken };
      },
    }),
  ];
}

/** The deprecated twins, which name the principal in a header. */
function principalPolicyRoutes(define: DefineOperation, registry: Registry): RestRoute[] {
  const principalOf = ({ headers }: Pick<OperationCall<unknown>, "headers">) => {
    const principal = headers["x-amzn-iot-principal"];
    if (typeof principal !== "string" || principal === "") throw invalidRequest("The header x-amzn-iot-principal is missing");
    return principal;
  };
  const resources = (call: OperationCall<unknown>) => resourcesOf(principalOf(call));
  return [
    define({
      method: "PUT",
      path: "/principal-policies/{policyName}",
      operation: "AttachPrincipalPolicy",
      resources,
      run: (call) => registry.attachPolicy(param(call, "policyName"), principalOf(call)),
    }),
    define({
      method: "DELETE",
      path: "/principal-policies/{policyName}",
      operation: "DetachPrincipalPolicy",
      resources,
      run: (call) => registry.detachPolicy(param(call, "policyName"), principalOf(call)),
    }),
    define({
      method: "GET",
      path: "/principal-policies",
      operation: "ListPrincipalPolicies",
      resources,
      run: (call) => {
        const all = registry.policies.attachedTo(principalOf(call));
        const { items, nextToken } = paginate(all, ({ policyName }) => policyName, markerPage(call.query));
        return { policies: items.map(summaryOf), nextMarker: nextToken };
      },
    }),
  ];
}
