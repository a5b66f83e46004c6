import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { Registry } from "../registry/create-registry.ts";
import { invalidRequest } from "../registry/errors.ts";
import type { Thing } from "../registry/registry.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import { integerQuery, param, type DefineOperation, type OperationCall } from "./operation.ts";

const attributePayload = z.object({ attributes: z.record(z.string(), z.string()).optional(), merge: z.boolean().optional() }).optional();
const createBody = z.object({ thingTypeName: z.string().optional(), attributePayload });
const updateBody = createBody.extend({ expectedVersion: z.int().optional(), removeThingType: z.boolean().optional() });

/** Things and what is attached to them. */
export function thingRoutes(define: DefineOperation, scope: ArnScope, registry: Registry): RestRoute[] {
  const { things } = registry;
  const path = "/things/{thingName}";
  const resources = (call: OperationCall<unknown>) => [iotArn(scope, "thing", param(call, "thingName"))];
  return [
    define({
      method: "POST",
      path,
      operation: "CreateThing",
      body: createBody,
      resources: (call) => [
        ...resources(call),
        ...(call.input.thingTypeName === undefined ? [] : [iotArn(scope, "thingtype", call.input.thingTypeName)]),
      ],
      run: (call) => {
        const { thingTypeName, attributePayload: payload } = call.input;
        const { thingName, thingId } = things.create(param(call, "thingName"), { thingTypeName, attributes: payload?.attributes });
        return { thingName, thingArn: things.arn(thingName), thingId };
      },
    }),
    define({
      method: "GET",
      path,
      operation: "DescribeThing",
      resources,
      run: (call) => {
        const { thingId, ...thing } = things.require(param(call, "thingName"));
        return { ...describeThing(registry, thing), thingId, defaultClientId: thing.thingName };
      },
    }),
    define({
      method: "PATCH",
      path,
      operation: "UpdateThing",
      body: updateBody,
      resources,
      run: (call) => {
        const { attributePayload: payload, ...change } = call.input;
        things.update(param(call, "thingName"), { ...change, attributes: payload?.attributes, isMerge: payload?.merge });
        return {};
      },
    }),
    define({
      method: "DELETE",
      path,
      operation: "DeleteThing",
      resources,
      run: (call) => {
        registry.deleteThing(param(call, "thingName"), integerQuery(call.query, "expectedVersion"));
        return {};
      },
    }),
    listThings(define, registry),
    ...thingPrincipalRoutes(define, registry, resources),
  ];
}

function listThings(define: DefineOperation, registry: Registry): RestRoute {
  return define({
    method: "GET",
    path: "/things",
    operation: "ListThings",
    run: ({ query }) => {
      const isWanted = createThingFilter(query);
      const request = { token: query.get("nextToken"), size: query.get("maxResults"), sizeMax: 250 };
      const { items, nextToken } = paginate(registry.things.list().filter(isWanted), ({ thingName }) => thingName, request);
      return { things: items.map((thing) => describeThing(registry, thing)), nextToken };
    },
  });
}

function createThingFilter(query: URLSearchParams): (thing: Thing) => boolean {
  const [type, name, value] = [query.get("thingTypeName"), query.get("attributeName"), query.get("attributeValue")];
  const isPrefix = query.get("usePrefixAttributeValue") === "true";
  if (value !== null && name === null) throw invalidRequest("attributeValue needs an attributeName");
  return ({ thingTypeName, attributes }) => {
    if (type !== null && thingTypeName !== type) return false;
    if (name === null) return true;
    const actual = attributes[name];
    if (actual === undefined) return false;
    return value === null || (isPrefix ? actual.startsWith(value) : actual === value);
  };
}

function describeThing(registry: Registry, { thingName, thingTypeName, attributes, version }: Omit<Thing, "thingId">) {
  return { thingName, thingTypeName, thingArn: registry.things.arn(thingName), attributes, version };
}

function thingPrincipalRoutes(
  define: DefineOperation,
  registry: Registry,
  resources: (call: OperationCall<unknown>) => string[],
): RestRoute[] {
  const path = "/things/{thingName}/principals";
  const principalOf = ({ headers }: OperationCall<unknown>) => {
    const principal = headers["x-amzn-principal"];
    if (typeof principal !== "string" || principal === "") throw invalidRequest("The header x-amzn-principal is missing");
    return principal;
  };
  return [
    define({
      method: "PUT",
      path,
      operation: "AttachThingPrincipal",
      resources,
      run: (call) => {
        registry.attachThingPrincipal(param(call, "thingName"), principalOf(call));
        return {};
      },
    }),
    define({
      method: "DELETE",
      path,
      operation: "DetachThingPrincipal",
      resources,
      run: (call) => {
        registry.detachThingPrincipal(param(call, "thingName"), principalOf(call));
        return {};
      },
    }),
    define({
      method: "GET",
      path,
      operation: "ListThingPrincipals",
      resources,
      run: (call) => ({ principals: registry.things.principalsOf(registry.things.require(param(call, "thingName")).thingName) }),
    }),
    define({
      method: "GET",
      path: "/principals/things",
      operation: "ListPrincipalThings",
      run: (call) => ({ things: registry.things.namesOf(principalOf(call)) }),
    }),
  ];
}
