import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { iotArn } from "./arns.ts";
import { alreadyExists, invalidRequest, notFound, versionConflict } from "./errors.ts";
import { mirrorTable, type MirroredTable } from "./mirrored-table.ts";
import { requireName } from "./names.ts";
import type { RegistryScope } from "./registry-scope.ts";

/** Levels of a group tree, and groups one thing may be in directly (AWS IoT quotas). */
const DEPTH_MAX = 7;
const GROUPS_PER_THING_MAX = 10;

export interface ThingGroupProperties {
  readonly thingGroupDescription?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export interface ThingGroup {
  readonly groupName: string;
  readonly groupId: string;
  readonly groupArn: string;
  readonly parentGroupName?: string;
  readonly properties: ThingGroupProperties;
  readonly version: number;
  readonly createdAtMs: number;
  readonly thingNames: readonly string[];
}

/** Static thing groups, their tree and their members. */
export class ThingGroups {
  readonly #scope: RegistryScope;
  readonly #rows: MirroredTable<ThingGroup>;
  readonly #byThing = new Map<string, Set<string>>();

  constructor(scope: RegistryScope) {
    this.#scope = scope;
    this.#rows = mirrorTable(scope.store, "iot-thing-groups");
    for (const { groupName, thingNames } of this.#rows.values()) {
      for (const name of thingNames) groupNamesOf(this.#byThing, name).add(groupName);
    }
  }

  list(): ThingGroup[] {
    return this.#rows.values();
  }

  find(groupName: string): ThingGroup | undefined {
    return this.#rows.get(groupName);
  }

  require(groupName: string): ThingGroup {
    const group = this.#rows.get(requireName("thingGroupName", groupName));
    if (group === undefined) throw notFound(`Thing group ${groupName} does not exist`);
    return group;
  }

  /** From the root down to the parent. */
  ancestors(group: ThingGroup): ThingGroup[] {
    const parent = group.parentGroupName === undefined ? undefined : this.#rows.get(group.parentGroupName);
    return parent === undefined ? [] : [...this.ancestors(parent), parent];
  }

  children(groupName: string): ThingGroup[] {
    return this.list().filter(({ parentGroupName }) => parentGroupName === groupName);
  }

  descendants(groupName: string): ThingGroup[] {
    return this.children(groupName).flatMap((child) => [child, ...this.descendants(child.groupName)]);
  }

  /** The groups a thing is in directly. */
  groupsOf(thingName: string): ThingGroup[] {
    return [...(this.#byThing.get(thingName) ?? [])].flatMap((name) => this.#rows.get(name) ?? []);
  }

  create(
    groupName: string,
    input: { readonly parentGroupName?: string | undefined; readonly properties: ThingGroupProperties },
  ): ThingGroup {
    requireName("thingGroupName", groupName);
    const { parentGroupName, properties } = input;
    const parent = parentGroupName === undefined ? undefined : this.require(parentGroupName);
    if (parent !== undefined && this.ancestors(parent).length + 2 > DEPTH_MAX)
      throw invalidRequest(`A group hierarchy has at most ${DEPTH_MAX} levels`);
    const known = this.#rows.get(groupName);
    if (known !== undefined) {
      if (known.parentGroupName === parentGroupName && isDeepStrictEqual(known.properties, properties)) return known;
      throw alreadyExists(`Thing Group ${groupName} already exists in current account with different properties`, {
        resourceId: known.groupId,
        resourceArn: known.groupArn,
      });
    }
    return this.#save({
      groupName,
      groupId: randomUUID(),
      groupArn: iotArn(this.#scope, "thinggroup", groupName),
      ...(parentGroupName === undefined ? {} : { parentGroupName }),
      properties,
      version: 1,
      createdAtMs: this.#scope.nowMs(),
      thingNames: [],
    });
  }

  update(groupName: string, properties: ThingGroupProperties, expectedVersion?: number): ThingGroup {
    const group = this.require(groupName);
    if (expectedVersion !== undefined && expectedVersion !== group.version) {
      throw versionConflict(`The version for thing group ${groupName} does not match the expected version.`);
    }
    return this.#save({ ...group, properties: { ...group.properties, ...properties }, version: group.version + 1 });
  }

  delete(groupName: string): void {
    if (this.children(groupName).length > 0)
      throw invalidRequest(`Cannot delete thing group : ${groupName} when there are still child groups attached to it.`);
    for (const name of this.#rows.get(groupName)?.thingNames ?? []) this.#byThing.get(name)?.delete(groupName);
    if (this.#rows.delete(groupName)) this.#scope.changed();
  }

  addThing(groupName: string, thingName: string): void {
    const group = this.require(groupName);
    if (group.thingNames.includes(thingName)) return;
    const names = groupNamesOf(this.#byThing, thingName);
    if (names.size >= GROUPS_PER_THING_MAX) throw invalidRequest(`Thing ${thingName} is in ${GROUPS_PER_THING_MAX} groups already`);
    names.add(groupName);
    this.#save({ ...group, thingNames: [...group.thingNames, thingName] });
  }

  removeThing(groupName: string, thingName: string): void {
    const group = this.require(groupName);
    this.#byThing.get(thingName)?.delete(groupName);
    this.#save({ ...group, thingNames: group.thingNames.filter((name) => name !== thingName) });
  }

  #save(group: ThingGroup): ThingGroup {
    this.#rows.put(group.groupName, group);
    this.#scope.changed();
    return group;
  }
}

function groupNamesOf(byThing: Map<string, Set<string>>, thingName: string): Set<string> {
  const names = byThing.get(thingName) ?? new Set<string>();
  byThing.set(thingName, names);
  return names;
}
