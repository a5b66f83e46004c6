import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { RegistryReader } from "../registry/registry.ts";
import { describeShadow } from "../shadow/shadow-document.ts";
import type { ShadowStore } from "../shadow/shadow-store.ts";
import type { RoleKeys } from "./role-keys.ts";
import type { SqlLookups } from "./sql-scope.ts";

interface LookupSources extends ArnScope {
  readonly registry: RegistryReader;
  readonly shadows: ShadowStore;
  readonly roles: RoleKeys;
  readonly nowMs: () => number;
}

/** `get_registry_data` and `get_thing_shadow`, as the given role may. */
export function createLookups({ registry, shadows, roles, nowMs, ...scope }: LookupSources): SqlLookups {
  return {
    describeThing: (thingName, roleArn) => {
      roles.authorize(roleArn, "iot:DescribeThing", iotArn(scope, "thing", thingName));
      const thing = registry.thing(thingName);
      if (thing === undefined) return undefined;
      const { thingId, thingTypeName, attributes, version } = thing;
      const type = thingTypeName === undefined ? {} : { thingTypeName };
      return { thingName, thingId, thingArn: iotArn(scope, "thing", thingName), defaultClientId: thingName, attributes, version, ...type };
    },
    thingShadow: (thingName, shadowName, roleArn) => {
      const resource = shadowName === "" ? thingName : `${thingName}/${shadowName}`;
      roles.authorize(roleArn, "iot:GetThingShadow", iotArn(scope, "thing", resource));
      const shadow = shadows.find(thingName, shadowName);
      return shadow === undefined ? undefined : describeShadow(shadow, Math.floor(nowMs() / 1000));
    },
  };
}
