import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { Registry } from "../registry/create-registry.ts";
import { notFound } from "../registry/errors.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import { bucketsOf, cardinalityOf, statisticsOf } from "../search/aggregations.ts";
import type { FleetIndex } from "../search/fleet-index.ts";
import { indexingConfigurationSchema } from "../search/indexing-configuration.ts";
import type { ThingDocument } from "../search/thing-document.ts";
import { param, toSeconds, type DefineOperation, type OperationCall } from "./operation.ts";

const INDEX = "AWS_Things";
const query = z.object({ indexName: z.string().optional(), queryString: z.string() });
const searchBody = query.extend({ nextToken: z.string().optional(), maxResults: z.int().optional() });
const statisticsBody = query.extend({ aggregationField: z.string().optional() });
const cardinalityBody = query.extend({ aggregationField: z.string().min(1) });
const bucketsBody = cardinalityBody.extend({
  bucketsAggregationType: z.object({ termsAggregation: z.object({ maxBuckets: z.int().min(1).max(10_000).optional() }).optional() }),
});

/** Fleet indexing: search, counts, configuration, and one thing's connectivity. */
export function indexRoutes(
  define: DefineOperation,
  scope: ArnScope,
  dependencies: { registry: Registry; index: FleetIndex },
): RestRoute[] {
  const { index } = dependencies;
  const resources = ({ input }: OperationCall<{ indexName?: string | undefined }>) => [iotArn(scope, "index", input.indexName ?? INDEX)];
  return [
    define({
      method: "POST",
      path: "/indices/search",
      operation: "SearchIndex",
      body: searchBody,
      resources,
      run: ({ input: { indexName, queryString, nextToken: token, maxResults: size } }) => {
        const page = paginate(index.search(indexName, queryString), ({ thingName }) => thingName, { token, size, sizeMax: 100 });
        return { things: page.items.map(describe), nextToken: page.nextToken };
      },
    }),
    define({
      method: "POST",
      path: "/indices/statistics",
      operation: "GetStatistics",
      body: statisticsBody,
      resources,
      run: ({ input }) => ({ statistics: statisticsOf(index.search(input.indexName, input.queryString), input.aggregationField) }),
    }),
    define({
      method: "POST",
      path: "/indices/cardinality",
      operation: "GetCardinality",
      body: cardinalityBody,
      resources,
      run: ({ input }) => ({ cardinality: cardinalityOf(index.search(input.indexName, input.queryString), input.aggregationField) }),
    }),
    define({
      method: "POST",
      path: "/indices/buckets",
      operation: "GetBucketsAggregation",
      body: bucketsBody,
      resources,
      run: ({ input }) => {
        const countMax = input.bucketsAggregationType.termsAggregation?.maxBuckets ?? 10;
        return bucketsOf(index.search(input.indexName, input.queryString), input.aggregationField, countMax);
      },
    }),
    ...indexConfigurationRoutes(define, scope, index),
    connectivityRoute(define, scope, dependencies),
  ];
}

function indexConfigurationRoutes(define: DefineOperation, scope: ArnScope, index: FleetIndex): RestRoute[] {
  return [
    define({
      method: "GET",
      path: "/indexing/config",
      operation: "GetIndexingConfiguration",
      run: () => ({
        thingIndexingConfiguration: index.configuration(),
        thingGroupIndexingConfiguration: { thingGroupIndexingMode: "OFF" },
      }),
    }),
    define({
      method: "POST",
      path: "/indexing/config",
      operation: "UpdateIndexingConfiguration",
      body: z.object({
        thingIndexingConfiguration: indexingConfigurationSchema.optional(),
        thingGroupIndexingConfiguration: z.object({ thingGroupIndexingMode: z.literal("OFF") }).optional(),
      }),
      run: ({ input }) => {
        if (input.thingIndexingConfiguration !== undefined) index.configure(input.thingIndexingConfiguration);
        return {};
      },
    }),
    define({
      method: "GET",
      path: "/indices/{indexName}",
      operation: "DescribeIndex",
      resources: (call) => [iotArn(scope, "index", param(call, "indexName"))],
      run: (call) => {
        const { thingIndexingMode: schema } = index.configuration();
        if (param(call, "indexName") !== INDEX || schema === "OFF") throw notFound(`Index ${param(call, "indexName")} does not exist`);
        return { indexName: INDEX, indexStatus: "ACTIVE", schema };
      },
    }),
  ];
}

function connectivityRoute(
  define: DefineOperation,
  scope: ArnScope,
  { registry, index }: { registry: Registry; index: FleetIndex },
): RestRoute {
  return define({
    method: "POST",
    path: "/things/{thingName}/connectivity-data",
    operation: "GetThingConnectivityData",
    resources: (call) => [iotArn(scope, "thing", param(call, "thingName"))],
    run: (call) => {
      const { thingName } = registry.things.require(param(call, "thingName"));
      if (index.configuration().thingConnectivityIndexingMode !== "STATUS") throw notFound(`Connectivity of ${thingName} is not indexed`);
      const { connected, timestamp, disconnectReason } = index.connectivity(thingName);
      return { thingName, connected, timestamp: timestamp === undefined ? undefined : toSeconds(timestamp), disconnectReason };
    },
  });
}

/** The API carries the shadow as a JSON text. */
function describe({ thingName, thingId, thingTypeName, thingGroupNames, attributes, shadow, connectivity }: ThingDocument) {
  return {
    thingName,
    thingId,
    thingTypeName,
    thingGroupNames,
    attributes,
    shadow: shadow === undefined ? undefined : JSON.stringify(shadow),
    connectivity,
  };
}
