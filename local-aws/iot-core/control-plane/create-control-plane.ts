import type { IncomingMessage, ServerResponse } from "node:http";
import type { Iam } from "../../iam/principal.ts";
import type { LocalAwsContext } from "../../platform/service.ts";
import type { Registry } from "../registry/create-registry.ts";
import { invalidRequest } from "../registry/errors.ts";
import { createRestApi } from "../rest/rest-api.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import type { TopicRules } from "../rules/topic-rules.ts";
import type { FleetIndex } from "../search/fleet-index.ts";
import { attachmentRoutes } from "./attachment-routes.ts";
import { certificateRoutes } from "./certificate-routes.ts";
import { effectivePolicyRoutes } from "./effective-policies.ts";
import { indexRoutes } from "./index-routes.ts";
import { createOperationFactory, type DefineOperation } from "./operation.ts";
import { policyRoutes } from "./policy-routes.ts";
import { ruleRoutes } from "./rule-routes.ts";
import { thingGroupRoutes } from "./thing-group-routes.ts";
import { thingRoutes } from "./thing-routes.ts";
import { thingTypeRoutes } from "./thing-type-routes.ts";

export interface ControlPlaneDependencies {
  readonly iam: Iam;
  readonly registry: Registry;
  readonly index: FleetIndex;
  readonly rules: TopicRules;
  /** What DescribeEndpoint answers for the data endpoint: `host:port`. */
  readonly dataEndpointAddress: () => string;
}

/** A policy document may be 404,600 characters long before whitespace is taken off. */
const BODY_BYTES_MAX = 512 * 1024;

/** The REST-JSON API of the service `iot`. */
export function createControlPlane(
  ctx: LocalAwsContext,
  { iam, registry, index, rules, dataEndpointAddress }: ControlPlaneDependencies,
): (request: IncomingMessage, response: ServerResponse) => void {
  const define = createOperationFactory(iam);
  return createRestApi(ctx, iam, {
    apiName: "iot",
    signingNames: ["iot"],
    bodyBytesMax: BODY_BYTES_MAX,
    routes: [
      ...policyRoutes(define, ctx, registry),
      ...attachmentRoutes(define, ctx, registry),
      ...effectivePolicyRoutes(define, registry),
      ...thingRoutes(define, ctx, registry),
      ...thingTypeRoutes(define, ctx, registry),
      ...thingGroupRoutes(define, ctx, registry),
      ...certificateRoutes(define, ctx, registry),
      ...indexRoutes(define, ctx, { registry, index }),
      ...ruleRoutes(define, ctx, rules),
      endpointRoute(define, dataEndpointAddress),
    ],
    toAuthenticationError: (error) => error,
    hasCodeInBody: false,
  });
}

function endpointRoute(define: DefineOperation, dataEndpointAddress: () => string): RestRoute {
  return define({
    method: "GET",
    path: "/endpoint",
    operation: "DescribeEndpoint",
    run: ({ query }) => {
      const type = query.get("endpointType") ?? "iot:Data";
      if (type !== "iot:Data" && type !== "iot:Data-ATS") throw invalidRequest(`Endpoint type ${type} is not emulated`);
      return { endpointAddress: dataEndpointAddress() };
    },
  });
}
