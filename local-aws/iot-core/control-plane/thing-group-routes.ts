import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { Registry } from "../registry/create-registry.ts";
import { invalidRequest, notFound } from "../registry/errors.ts";
import type { ThingGroup, ThingGroupProperties } from "../registry/thing-groups.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import { integerQuery, param, toSeconds, type DefineOperation, type OperationCall } from "./operation.ts";

const properties = z
  .object({
    thingGroupDescription: z.string().max(2028).optional(),
    attributePayload: z.object({ attributes: z.record(z.string(), z.string()).optional() }).optional(),
  })
  .optional();
const createBody = z.object({ parentGroupName: z.string().optional(), thingGroupProperties: properties });
const updateBody = z.object({ thingGroupProperties: properties, expectedVersion: z.int().optional() });
const membershipBody = z.object({
  thingGroupName: z.string().optional(),
  thingGroupArn: z.string().optional(),
  thingName: z.string().optional(),
  thingArn: z.string().optional(),
});

/** Static thing groups and their members. */
export function thingGroupRoutes(define: DefineOperation, scope: ArnScope, registry: Registry): RestRoute[] {
  const { thingGroups } = registry;
  const path = "/thing-groups/{thingGroupName}";
  const resources = (call: OperationCall<unknown>) => [iotArn(scope, "thinggroup", param(call, "thingGroupName"))];
  return [
    // Before the routes with a name: these two are no group's names.
    ...membershipRoutes(define, scope, registry),
    define({
      method: "POST",
      path,
      operation: "CreateThingGroup",
      body: createBody,
      resources,
      run: (call) => {
        const { parentGroupName, thingGroupProperties } = call.input;
        const input = { parentGroupName, properties: toProperties(thingGroupProperties) };
        const { groupName, groupArn, groupId } = thingGroups.create(param(call, "thingGroupName"), input);
        return { thingGroupName: groupName, thingGroupArn: groupArn, thingGroupId: groupId };
      },
    }),
    define({
      method: "GET",
      path,
      operation: "DescribeThingGroup",
      resources,
      run: (call) => describeGroup(registry, thingGroups.require(param(call, "thingGroupName"))),
    }),
    define({
      method: "PATCH",
      path,
      operation: "UpdateThingGroup",
      body: updateBody,
      resources,
      run: (call) => {
        const { thingGroupProperties, expectedVersion } = call.input;
        const { version } = thingGroups.update(param(call, "thingGroupName"), toProperties(thingGroupProperties), expectedVersion);
        return { version };
      },
    }),
    define({
      method: "DELETE",
      path,
      operation: "DeleteThingGroup",
      resources,
      run: (call) => {
        integerQuery(call.query, "expectedVersion");
        thingGroups.delete(param(call, "thingGroupName"));
        return {};
      },
    }),
    ...groupListRoutes(define, scope, registry),
  ];
}

function membershipRoutes(define: DefineOperation, scope: ArnScope, registry: Registry): RestRoute[] {
  const resources = ({ input }: OperationCall<z.output<typeof membershipBody>>) => {
    const { groupName, thingName } = namesOf(input);
    return [iotArn(scope, "thing", thingName), iotArn(scope, "thinggroup", groupName)];
  };
  return [
    define({
      method: "PUT",
      path: "/thing-groups/addThingToThingGroup",
      operation: "AddThingToThingGroup",
      body: membershipBody,
      resources,
      run: ({ input }) => {
        const { groupName, thingName } = namesOf(input);
        registry.addThingToGroup(groupName, thingName);
        return {};
      },
    }),
    define({
      method: "PUT",
      path: "/thing-groups/removeThingFromThingGroup",
      operation: "RemoveThingFromThingGroup",
      body: membershipBody,
      resources,
      run: ({ input }) => {
        const { groupName, thingName } = namesOf(input);
        registry.thingGroups.removeThing(groupName, registry.things.require(thingName).thingName);
        return {};
      },
    }),
  ];
}

function namesOf(input: z.output<typeof membershipBody>): { groupName: string; thingName: string } {
  const last = (arn: string | undefined) => arn?.slice(arn.lastIndexOf("/") + 1);
  const groupName = input.thingGroupName ?? last(input.thingGroupArn);
  const thingName = input.thingName ?? last(input.thingArn);
  if (groupName === undefined || thingName === undefined) throw invalidRequest("A thing and a thing group are required");
  return { groupName, thingName };
}

function groupListRoutes(define: DefineOperation, scope: ArnScope, registry: Registry): RestRoute[] {
  const { thingGroups, things } = registry;
  const page = (query: URLSearchParams) => ({ token: query.get("nextToken"), size: query.get("maxResults"), sizeMax: 250 });
  const summary = ({ groupName, groupArn }: ThingGroup) => ({ groupName, groupArn });
  return [
    define({
      method: "GET",
      path: "/thing-groups",
      operation: "ListThingGroups",
      run: ({ query }) => {
        const all = thingGroups.list().filter(createGroupFilter(registry, query));
        const { items, nextToken } = paginate(all, ({ groupName }) => groupName, page(query));
        return { thingGroups: items.map(summary), nextToken };
      },
    }),
    define({
      method: "GET",
      path: "/thing-groups/{thingGroupName}/things",
      operation: "ListThingsInThingGroup",
      resources: (call) => [iotArn(scope, "thinggroup", param(call, "thingGroupName"))],
      run: (call) => {
        const group = thingGroups.require(param(call, "thingGroupName"));
        const below = call.query.get("recursive") === "true" ? thingGroups.descendants(group.groupName) : [];
        const names = new Set([group, ...below].flatMap(({ thingNames }) => thingNames));
        const { items, nextToken } = paginate([...names], (name) => name, page(call.query));
        return { things: items, nextToken };
      },
    }),
    define({
      method: "GET",
      path: "/things/{thingName}/thing-groups",
      operation: "ListThingGroupsForThing",
      resources: (call) => [iotArn(scope, "thing", param(call, "thingName"))],
      run: (call) => {
        const all = thingGroups.groupsOf(things.require(param(call, "thingName")).thingName);
        const { items, nextToken } = paginate(all, ({ groupName }) => groupName, page(call.query));
        return { thingGroups: items.map(summary), nextToken };
      },
    }),
  ];
}

function createGroupFilter({ thingGroups }: Registry, query: URLSearchParams): (group: ThingGroup) => boolean {
  const prefix = query.get("namePrefixFilter") ?? "";
  const parent = query.get("parentGroup");
  if (parent !== null && thingGroups.find(parent) === undefined) throw notFound(`Thing group ${parent} does not exist`);
  const isRecursive = query.get("recursive") !== "false";
  return (group) => {
    if (!group.groupName.startsWith(prefix)) return false;
    if (parent === null) return isRecursive || group.parentGroupName === undefined;
    if (group.parentGroupName === parent) return true;
    return isRecursive && thingGroups.ancestors(group).some(({ groupName }) => groupName === parent);
  };
}

const toProperties = (given: z.output<typeof properties>): ThingGroupProperties => ({
  thingGroupDescription: given?.thingGroupDescription,
  attributes: given?.attributePayload?.attributes,
});

function describeGroup({ thingGroups }: Registry, group: ThingGroup) {
  const { groupName, groupId, groupArn, version, properties: own, parentGroupName, createdAtMs } = group;
  const above = thingGroups.ancestors(group).map((ancestor) => ({ groupName: ancestor.groupName, groupArn: ancestor.groupArn }));
  return {
    thingGroupName: groupName,
    thingGroupId: groupId,
    thingGroupArn: groupArn,
    version,
    thingGroupProperties: { thingGroupDescription: own.thingGroupDescription, attributePayload: { attributes: own.attributes ?? {} } },
    thingGroupMetadata: { parentGroupName, rootToParentThingGroups: above, creationDate: toSeconds(createdAtMs) },
  };
}
