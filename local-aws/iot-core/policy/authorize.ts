import { evaluatePolicies } from "../../iam/evaluate-policy.ts";
import type { PolicyDecision, PolicyRequest } from "../../iam/policy-document.ts";
import type { Iam, Principal } from "../../iam/principal.ts";
import type { IotCaller } from "../broker/broker.ts";
import type { RegistryReader } from "../registry/registry.ts";
import { type IotConnectionContext, iotPolicyContext } from "./iot-context.ts";

export interface IotAuthorizationRequest {
  readonly caller: IotCaller;
  /** `iot:Publish` */
  readonly action: string;
  /** `arn:aws:iot:<region>:<account>:topic/a/b` */
  readonly resource: string;
  /** Over MQTT only. */
  readonly connection?: IotConnectionContext;
  /** Over HTTP, where there is no connection to take it from. */
  readonly sourceIp?: string;
}

/** Whoever knows the policies. */
export interface IotAuthorities {
  readonly iam: Pick<Iam, "evaluate">;
  readonly registry: RegistryReader;
}

/**
 * The actions for which AWS IoT asks the IoT policies of an authenticated Cognito identity in addition to its IAM role
 * (developer guide, "Publish/Subscribe policy examples", policies for HTTP and WebSocket clients).
 */
const SCOPED_DOWN_ACTIONS = new Set([
  "iot:connect",
  "iot:publish",
  "iot:subscribe",
  "iot:receive",
  "iot:getthingshadow",
  "iot:updatethingshadow",
  "iot:deletethingshadow",
]);

const ALLOWED: PolicyDecision = { decision: "allowed" };

/**
 * Decides one AWS IoT action. Authenticated Cognito identities need IAM and an attached IoT policy for the seven data
 * actions; guests and plain IAM principals need IAM; certificates need an IoT policy; the service may do everything.
 */
export function authorizeIot(request: IotAuthorizationRequest, authorities: IotAuthorities): PolicyDecision {
  const { caller } = request;
  if (caller.kind === "service") return ALLOWED;
  const { action, resource, connection, sourceIp } = request;
  const context = iotPolicyContext(caller, connection, sourceIp, authorities.registry);
  const policyRequest: PolicyRequest = { action, resource, context };
  if (caller.kind === "certificate") return decideByIotPolicies(caller.certificateArn, policyRequest, authorities.registry);
  const byIam = authorities.iam.evaluate(caller.principal, policyRequest);
  if (byIam.decision !== "allowed" || !isScopedDown(caller.principal, action)) return byIam;
  return decideByIotPolicies(caller.principal.cognito?.identityId ?? "", policyRequest, authorities.registry);
}

function isScopedDown(principal: Principal, action: string): boolean {
  return principal.cognito?.isAuthenticated === true && SCOPED_DOWN_ACTIONS.has(action.toLowerCase());
}

function decideByIotPolicies(target: string, request: PolicyRequest, registry: RegistryReader): PolicyDecision {
  return evaluatePolicies(registry.policiesOf(target), request);
}
