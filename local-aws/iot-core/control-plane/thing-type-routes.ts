import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { Registry } from "../registry/create-registry.ts";
import type { ThingType } from "../registry/thing-types.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import { param, toSeconds, type DefineOperation, type OperationCall } from "./operation.ts";

const properties = z
  .object({ thingTypeDescription: z.string().max(2028).optional(), searchableAttributes: z.array(z.string()).optional() })
  .optional();
const body = z.object({ thingTypeProperties: properties });

/** Thing types. */
export function thingTypeRoutes(define: DefineOperation, scope: ArnScope, { thingTypes }: Registry): RestRoute[] {
  const path = "/thing-types/{thingTypeName}";
  const resources = (call: OperationCall<unknown>) => [iotArn(scope, "thingtype", param(call, "thingTypeName"))];
  return [
    define({
      method: "POST",
      path,
      operation: "CreateThingType",
      body,
      resources,
      run: (call) => {
        const type = thingTypes.create(param(call, "thingTypeName"), call.input.thingTypeProperties ?? {});
        return { thingTypeName: type.thingTypeName, thingTypeArn: type.thingTypeArn, thingTypeId: type.thingTypeId };
      },
    }),
    define({
      method: "GET",
      path,
      operation: "DescribeThingType",
      resources,
      run: (call) => {
        const type = thingTypes.require(param(call, "thingTypeName"));
        return { ...describeType(type), thingTypeId: type.thingTypeId };
      },
    }),
    define({
      method: "PATCH",
      path,
      operation: "UpdateThingType",
      body,
      resources,
      run: (call) => {
        thingTypes.update(param(call, "thingTypeName"), call.input.thingTypeProperties ?? {});
        return {};
      },
    }),
    define({
      method: "POST",
      path: `${path}/deprecate`,
      operation: "DeprecateThingType",
      body: z.object({ undoDeprecate: z.boolean().optional() }),
      resources,
      run: (call) => {
        thingTypes.deprecate(param(call, "thingTypeName"), call.input.undoDeprecate === true);
        return {};
      },
    }),
    define({
      method: "DELETE",
      path,
      operation: "DeleteThingType",
      resources,
      run: (call) => {
        thingTypes.delete(param(call, "thingTypeName"));
        return {};
      },
    }),
    listThingTypes(define, thingTypes),
  ];
}

function listThingTypes(define: DefineOperation, thingTypes: Registry["thingTypes"]): RestRoute {
  return define({
    method: "GET",
    path: "/thing-types",
    operation: "ListThingTypes",
    run: ({ query }) => {
      const name = query.get("thingTypeName");
      const wanted = thingTypes.list().filter(({ thingTypeName }) => name === null || thingTypeName === name);
      const request = { token: query.get("nextToken"), size: query.get("maxResults"), sizeMax: 250 };
      const { items, nextToken } = paginate(wanted, ({ thingTypeName }) => thingTypeName, request);
      return { thingTypes: items.map(describeType), nextToken };
    },
  });
}

function describeType({ thingTypeName, thingTypeArn, properties: thingTypeProperties, createdAtMs, deprecatedAtMs }: ThingType) {
  const deprecation = deprecatedAtMs === undefined ? {} : { deprecationDate: toSeconds(deprecatedAtMs) };
  const thingTypeMetadata = { deprecated: deprecatedAtMs !== undefined, ...deprecation, creationDate: toSeconds(createdAtMs) };
  return { thingTypeName, thingTypeArn, thingTypeProperties, thingTypeMetadata };
}
