import type { LocalAwsContext } from "../../platform/service.ts";
import { AwsError } from "../../platform/aws-error.ts";
import type { Broker } from "../broker/broker.ts";
import type { Registry } from "../registry/create-registry.ts";
import type { Thing } from "../registry/registry.ts";
import type { JsonObject } from "../shadow/json.ts";
import { deltaOf, type Shadow } from "../shadow/shadow-document.ts";
import type { ShadowStore } from "../shadow/shadow-store.ts";
import { trackConnectivity } from "./connectivity.ts";
import { indexingConfigurationSchema, OFF, type IndexingConfiguration } from "./indexing-configuration.ts";
import { parseQuery } from "./query-parser.ts";
import { compileQuery } from "./query-predicate.ts";
import type { Connectivity, ThingDocument } from "./thing-document.ts";

export interface FleetIndex {
  /** Things that match, in no order. Throws AwsError `InvalidQueryException` or `IndexNotReadyException`. */
  search(indexName: string | undefined, queryString: string): ThingDocument[];
  connectivity(thingName: string): Connectivity;
  configuration(): IndexingConfiguration;
  configure(configuration: IndexingConfiguration): void;
  close(): void;
}

interface FleetIndexDependencies {
  readonly registry: Registry;
  readonly shadows: ShadowStore;
  readonly broker: Broker;
}

interface CachedDocument {
  readonly thing: Thing;
  readonly shadow: Shadow | undefined;
  readonly connectivity: Connectivity | undefined;
  readonly generation: number;
  readonly document: ThingDocument;
}

/** The index over things, their classic and chosen named shadows, and their connectivity. Always up to date, unlike AWS's. */
export function createFleetIndex(ctx: LocalAwsContext, { registry, shadows, broker }: FleetIndexDependencies): FleetIndex {
  const settings = ctx.store.table<IndexingConfiguration>("iot-indexing");
  let configuration = settings.get("configuration") ?? OFF;
  let cache = new Map<string, CachedDocument>();
  const connectivity = trackConnectivity(ctx, broker, (name) => registry.thing(name) !== undefined);

  const describe = (thing: Thing): ThingDocument => {
    const { thingName } = thing;
    const shadow = shadows.find(thingName, "");
    const connection = connectivity.find(thingName);
    const known = cache.get(thingName);
    const isFresh =
      known?.thing === thing && known.shadow === shadow && known.connectivity === connection && known.generation === registry.generation;
    if (isFresh && !hasNamedShadows(configuration)) return known.document;
    const document = buildDocument({ thing, registry, shadows, configuration, connection });
    cache.set(thingName, { thing, shadow, connectivity: connection, generation: registry.generation, document });
    return document;
  };

  return {
    search: (indexName = "AWS_Things", queryString) => {
      if (indexName !== "AWS_Things") throw new AwsError("ResourceNotFoundException", `Index ${indexName} does not exist`, 404);
      if (configuration.thingIndexingMode === "OFF") throw new AwsError("IndexNotReadyException", "The index is not ready", 400);
      const isMatch = compileQuery(parseQuery(queryString));
      return registry.things.list().map(describe).filter(isMatch);
    },
    connectivity: (thingName) => connectivity.find(thingName) ?? { connected: false },
    configuration: () => configuration,
    configure: (next) => {
      configuration = indexingConfigurationSchema.parse(next);
      settings.put("configuration", configuration);
      cache = new Map();
    },
    close: connectivity.close,
  };
}

const hasNamedShadows = ({ namedShadowIndexingMode }: IndexingConfiguration) => namedShadowIndexingMode === "ON";

function buildDocument(input: {
  readonly thing: Thing;
  readonly registry: Registry;
  readonly shadows: ShadowStore;
  readonly configuration: IndexingConfiguration;
  readonly connection: Connectivity | undefined;
}): ThingDocument {
  const { thing, registry, shadows, configuration, connection } = input;
  const { thingName, thingId, thingTypeName, attributes, version } = thing;
  const shadow = configuration.thingIndexingMode === "REGISTRY_AND_SHADOW" ? shadowDocument(shadows, thingName, configuration) : undefined;
  return {
    thingName,
    thingId,
    ...(thingTypeName === undefined ? {} : { thingTypeName }),
    thingGroupNames: registry.thingGroups.groupsOf(thingName).map(({ groupName }) => groupName),
    attributes,
    version,
    ...(shadow === undefined ? {} : { shadow }),
    ...(configuration.thingConnectivityIndexingMode === "STATUS" ? { connectivity: connection ?? { connected: false } } : {}),
  };
}

function shadowDocument(shadows: ShadowStore, thingName: string, configuration: IndexingConfiguration): JsonObject | undefined {
  const classic = shadows.find(thingName, "");
  const names = hasNamedShadows(configuration) ? (configuration.filter?.namedShadowNames ?? []) : [];
  const named = names.flatMap((name) => {
    const shadow = shadows.find(thingName, name);
    return shadow === undefined ? [] : [[name, toIndexed(shadow)] as const];
  });
  if (classic === undefined && named.length === 0) return undefined;
  return { ...(classic === undefined ? {} : toIndexed(classic)), ...(named.length > 0 ? { name: Object.fromEntries(named) } : {}) };
}

function toIndexed(shadow: Shadow): JsonObject {
  const metadata = { ...shadow.metadata } as JsonObject;
  return { ...(shadow.state as JsonObject), metadata, version: shadow.version, hasDelta: deltaOf(shadow) !== undefined };
}
