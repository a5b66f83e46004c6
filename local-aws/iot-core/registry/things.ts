import { randomUUID } from "node:crypto";
import { iotArn } from "./arns.ts";
import { alreadyExists, deleteConflict, invalidRequest, notFound, versionConflict } from "./errors.ts";
import { mirrorTable, type MirroredTable } from "./mirrored-table.ts";
import { requireAttributes, requireName } from "./names.ts";
import type { Thing } from "./registry.ts";
import type { RegistryScope } from "./registry-scope.ts";
import type { ThingTypes } from "./thing-types.ts";

export interface ThingInput {
  readonly thingTypeName?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export interface ThingChange extends ThingInput {
  readonly expectedVersion?: number | undefined;
  /** Keep the attributes that `attributes` does not name; an empty value removes one. */
  readonly isMerge?: boolean | undefined;
  readonly removeThingType?: boolean | undefined;
}

/** Things and the principals (certificates, identities) attached to them. */
export class Things {
  readonly #scope: RegistryScope;
  readonly #types: ThingTypes;
  readonly #rows: MirroredTable<Thing>;
  readonly #principals: MirroredTable<readonly string[]>;
  readonly #byPrincipal = new Map<string, Set<string>>();

  constructor(scope: RegistryScope, types: ThingTypes) {
    this.#scope = scope;
    this.#types = types;
    this.#rows = mirrorTable(scope.store, "iot-things");
    this.#principals = mirrorTable(scope.store, "iot-thing-principals");
    for (const name of this.#principals.keys()) {
      for (const principal of this.principalsOf(name)) setOf(this.#byPrincipal, principal).add(name);
    }
  }

  list(): Thing[] {
    return this.#rows.values();
  }

  find(thingName: string): Thing | undefined {
    return this.#rows.get(thingName);
  }

  require(thingName: string): Thing {
    const thing = this.#rows.get(requireName("thingName", thingName));
    if (thing === undefined) throw notFound(`Thing ${thingName} not found`);
    return thing;
  }

  arn(thingName: string): string {
    return iotArn(this.#scope, "thing", thingName);
  }

  principalsOf(thingName: string): readonly string[] {
    return this.#principals.get(thingName) ?? [];
  }

  /** Names of the things attached to a principal. */
  namesOf(principal: string): string[] {
    return [...(this.#byPrincipal.get(principal) ?? [])];
  }

  /** The same thing again is no error; another configuration under the same name is (AWS: CreateThing). */
  create(thingName: string, input: ThingInput): Thing {
    requireName("thingName", thingName);
    const { thingTypeName, attributes = {} } = input;
    if (thingTypeName !== undefined) this.#types.requireUsable(thingTypeName);
    requireAttributes(attributes, thingTypeName !== undefined);
    const known = this.#rows.get(thingName);
    if (known === undefined) {
      return this.#save({
        thingName,
        thingId: randomUUID(),
        ...(thingTypeName === undefined ? {} : { thingTypeName }),
        attributes,
        version: 1,
      });
    }
    if (known.thingTypeName === thingTypeName && areEqual(known.attributes, attributes)) return known;
    throw alreadyExists(`Thing ${thingName} already exists in account with different attributes`, {
      resourceId: known.thingId,
      resourceArn: iotArn(this.#scope, "thing", thingName),
    });
  }

  update(thingName: string, change: ThingChange): Thing {
    const thing = this.require(thingName);
    requireVersion(thing, change.expectedVersion);
    const isTypeDropped = change.removeThingType === true;
    if (isTypeDropped && change.thingTypeName !== undefined) {
      throw invalidRequest("Either thingTypeName or removeThingType can be given, not both");
    }
    const thingTypeName = isTypeDropped ? undefined : (change.thingTypeName ?? thing.thingTypeName);
    if (change.thingTypeName !== undefined) this.#types.requireUsable(change.thingTypeName);
    const attributes = changedAttributes(thing, change);
    requireAttributes(attributes, thingTypeName !== undefined);
    const { thingId, version } = thing;
    return this.#save({ thingName, thingId, ...(thingTypeName === undefined ? {} : { thingTypeName }), attributes, version: version + 1 });
  }

  delete(thingName: string, expectedVersion?: number): void {
    const thing = this.require(thingName);
    requireVersion(thing, expectedVersion);
    if (this.principalsOf(thingName).length > 0) {
      throw deleteConflict(`Thing ${thingName} cannot be deleted because it is attached to one or more principals`);
    }
    this.#rows.delete(thingName);
    this.#principals.delete(thingName);
    this.#scope.changed();
  }

  attachPrincipal(thingName: string, principal: string): void {
    this.require(thingName);
    const known = this.principalsOf(thingName);
    if (known.includes(principal)) return;
    this.#principals.put(thingName, [...known, principal]);
    setOf(this.#byPrincipal, principal).add(thingName);
    this.#scope.changed();
  }

  detachPrincipal(thingName: string, principal: string): void {
    this.require(thingName);
    this.#principals.put(
      thingName,
      this.principalsOf(thingName).filter((known) => known !== principal),
    );
    this.#byPrincipal.get(principal)?.delete(thingName);
    this.#scope.changed();
  }

  #save(thing: Thing): Thing {
    this.#rows.put(thing.thingName, thing);
    this.#scope.changed();
    return thing;
  }
}

function setOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key) ?? new Set<string>();
  sets.set(key, known);
  return known;
}

function requireVersion(thing: Thing, expectedVersion: number | undefined): void {
  if (expectedVersion !== undefined && expectedVersion !== thing.version) {
    throw versionConflict(`The version for thing ${thing.thingName} does not match the expected version.`);
  }
}

function changedAttributes(thing: Thing, change: ThingChange): Record<string, string> {
  if (change.attributes === undefined) return { ...thing.attributes };
  const merged = change.isMerge === true ? { ...thing.attributes, ...change.attributes } : { ...change.attributes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ""));
}

function areEqual(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}
