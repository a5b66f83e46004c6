import { z } from "zod";

const field = z.object({ name: z.string().optional(), type: z.enum(["Number", "String", "Boolean"]).optional() });

/** `thingIndexingConfiguration` of UpdateIndexingConfiguration; other modes than these are refused. */
export const indexingConfigurationSchema = z.object({
  thingIndexingMode: z.enum(["OFF", "REGISTRY", "REGISTRY_AND_SHADOW"]),
  thingConnectivityIndexingMode: z.enum(["OFF", "STATUS"]).optional(),
  namedShadowIndexingMode: z.enum(["OFF", "ON"]).optional(),
  deviceDefenderIndexingMode: z.enum(["OFF"]).optional(),
  customFields: z.array(field).optional(),
  filter: z.object({ namedShadowNames: z.array(z.string()).max(25).optional() }).optional(),
});

export type IndexingConfiguration = z.output<typeof indexingConfigurationSchema>;

/** An account's state before anybody switches indexing on. */
export const OFF: IndexingConfiguration = { thingIndexingMode: "OFF", thingConnectivityIndexingMode: "OFF" };
