import type { LocalAwsContext } from "../../platform/service.ts";
import type { Broker } from "../broker/broker.ts";
import { invalidRequest } from "../registry/errors.ts";
import { iotArn } from "../registry/arns.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRequest, RestRoute } from "../rest/rest-route.ts";
import type { ShadowService } from "../shadow/shadow-service.ts";
import { publish } from "../shadow/shadow-over-mqtt.ts";
import { isShadowName, isThingName, type ShadowAddress, type ShadowOperation } from "../shadow/shadow-topics.ts";
import type { RequireAccess } from "./data-plane-access.ts";

interface ShadowRouteDependencies {
  readonly ctx: LocalAwsContext;
  readonly broker: Broker;
  readonly shadows: ShadowService;
  readonly requireAccess: RequireAccess;
}

const OPERATIONS = [
  { method: "GET", operation: "GetThingShadow", verb: "get" },
  { method: "POST", operation: "UpdateThingShadow", verb: "update" },
  { method: "DELETE", operation: "DeleteThingShadow", verb: "delete" },
] as const;

/** The Device Shadow REST API. Successes are published like those over MQTT; failures are answered here only. */
export function shadowRoutes(dependencies: ShadowRouteDependencies): RestRoute[] {
  const routes = OPERATIONS.map(({ method, operation, verb }): RestRoute => ({
    method,
    path: "/things/{thingName}/shadow",
    operation,
    handle: (request) => handleShadow(dependencies, { operation, verb }, request),
  }));
  return [...routes, listNamedShadows(dependencies)];
}

function handleShadow(
  { ctx, broker, shadows, requireAccess }: ShadowRouteDependencies,
  { operation, verb }: { operation: string; verb: ShadowOperation },
  request: RestRequest,
) {
  const address = requireAddress(request);
  const { thingName, shadowName } = address;
  requireAccess(request, `iot:${operation}`, iotArn(ctx, "thing", shadowName === "" ? thingName : `${thingName}/${shadowName}`));
  const { body, messages } = shadows.handle(verb, address, verb === "update" ? request.body : Buffer.alloc(0));
  for (const message of messages) publish(broker, message);
  return { bytes: Buffer.from(JSON.stringify(body)) };
}

function requireAddress({ params, query }: RestRequest): ShadowAddress {
  const { thingName = "" } = params;
  const shadowName = query.get("name");
  if (!isThingName(thingName)) throw invalidRequest("Invalid thingName");
  if (shadowName !== null && !isShadowName(shadowName)) throw invalidRequest("Invalid shadowName");
  return { thingName, shadowName: shadowName ?? "" };
}

function listNamedShadows({ ctx, shadows, requireAccess }: ShadowRouteDependencies): RestRoute {
  return {
    method: "GET",
    path: "/api/things/shadow/ListNamedShadowsForThing/{thingName}",
    operation: "ListNamedShadowsForThing",
    handle: (request) => {
      const { params, query } = request;
      requireAccess(request, "iot:ListNamedShadowsForThing", "*");
      const { thingName = "" } = params;
      if (!isThingName(thingName)) throw invalidRequest("Invalid thingName");
      const page = { token: query.get("nextToken"), size: query.get("pageSize"), sizeMax: 100, sizeDefault: 25 };
      const { items: results, nextToken } = paginate(shadows.store.names(thingName), (name) => name, page);
      return { json: { results, nextToken, timestamp: Math.floor(ctx.clock.nowMs() / 1000) } };
    },
  };
}
