import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { iotArn } from "./arns.ts";
import { alreadyExists, deleteConflict, invalidRequest, notFound } from "./errors.ts";
import { mirrorTable } from "./mirrored-table.ts";
import { requireName } from "./names.ts";
import type { RegistryScope } from "./registry-scope.ts";

/** A type may be deleted this long after it was deprecated (AWS: DeleteThingType). */
const DELETE_AFTER_DEPRECATION_MS = 5 * 60_000;

export interface ThingTypeProperties {
  readonly thingTypeDescription?: string | undefined;
  readonly searchableAttributes?: readonly string[] | undefined;
}

export interface ThingType {
  readonly thingTypeName: string;
  readonly thingTypeId: string;
  readonly thingTypeArn: string;
  readonly properties: ThingTypeProperties;
  readonly createdAtMs: number;
  readonly deprecatedAtMs?: number;
}

export type ThingTypes = ReturnType<typeof createThingTypes>;

/** Thing types: created, deprecated, deleted; `isUsed` tells whether a thing still has the type. */
export function createThingTypes(scope: RegistryScope, isUsed: (thingTypeName: string) => boolean) {
  const rows = mirrorTable<ThingType>(scope.store, "iot-thing-types");
  const require = (thingTypeName: string): ThingType => {
    const type = rows.get(requireName("thingTypeName", thingTypeName));
    if (type === undefined) throw notFound(`Thing type ${thingTypeName} not found`);
    return type;
  };
  const save = (type: ThingType) => {
    rows.put(type.thingTypeName, type);
    scope.changed();
    return type;
  };

  return {
    list: () => rows.values(),
    find: (thingTypeName: string) => rows.get(thingTypeName),
    require,
    /** Throws unless things may be given this type now. */
    requireUsable(thingTypeName: string): void {
      if (require(thingTypeName).deprecatedAtMs !== undefined) {
        throw invalidRequest(`Can not create new thing with deprecated thing type:${thingTypeName}`);
      }
    },
    create(thingTypeName: string, properties: ThingTypeProperties): ThingType {
      requireName("thingTypeName", thingTypeName);
      if ((properties.searchableAttributes ?? []).length > 3) throw invalidRequest("A thing type has at most 3 searchable attributes");
      const known = rows.get(thingTypeName);
      if (known !== undefined && isDeepStrictEqual(known.properties, properties)) return known;
      if (known !== undefined) {
        throw alreadyExists(`Thing type ${thingTypeName} already exists in account with different properties`, {
          resourceId: known.thingTypeId,
          resourceArn: known.thingTypeArn,
        });
      }
      return save({
        thingTypeName,
        thingTypeId: randomUUID(),
        thingTypeArn: iotArn(scope, "thingtype", thingTypeName),
        properties,
        createdAtMs: scope.nowMs(),
      });
    },
    update: (thingTypeName: string, properties: ThingTypeProperties) =>
      save({ ...require(thingTypeName), properties: { ...require(thingTypeName).properties, ...properties } }),
    deprecate(thingTypeName: string, isUndo: boolean): void {
      const { deprecatedAtMs, ...type } = require(thingTypeName);
      save(isUndo ? type : { ...type, deprecatedAtMs: deprecatedAtMs ?? scope.nowMs() });
    },
    delete(thingTypeName: string): void {
      const { deprecatedAtMs } = require(thingTypeName);
      if (deprecatedAtMs === undefined || scope.nowMs() - deprecatedAtMs < DELETE_AFTER_DEPRECATION_MS) {
        throw invalidRequest(`Cannot delete thing type : ${thingTypeName}. Please wait for 5 minutes after deprecation and then retry`);
      }
      if (isUsed(thingTypeName)) throw deleteConflict(`Cannot delete thing type : ${thingTypeName}. It still has things`);
      rows.delete(thingTypeName);
      scope.changed();
    },
  };
}
