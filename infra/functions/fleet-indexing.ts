import { IoTClient, UpdateIndexingConfigurationCommand, type ThingIndexingConfiguration } from "@aws-sdk/client-iot";
import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import { z } from "zod";

const PHYSICAL_ID = "thingdeck-fleet-indexing";

const propertiesSchema = z.object({
  ThingIndexingMode: z.enum(["REGISTRY", "REGISTRY_AND_SHADOW"]),
  ThingConnectivityIndexingMode: z.enum(["OFF", "STATUS"]),
});

const iot = new IoTClient();

/**
 * Makes the account's fleet index what the template says, and answers CloudFormation at its signed URL.
 * Deleting the stack leaves the index on: it is the account's, and another application may read it.
 */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    if (event.RequestType !== "Delete") {
      const properties = propertiesSchema.parse(event.ResourceProperties);
      const thingIndexingConfiguration: ThingIndexingConfiguration = {
        thingIndexingMode: properties.ThingIndexingMode,
        thingConnectivityIndexingMode: properties.ThingConnectivityIndexingMode,
      };
      await iot.send(new UpdateIndexingConfigurationCommand({ thingIndexingConfiguration }));
    }
    await answer(event, { Status: "SUCCESS" });
  } catch (error) {
    await answer(event, { Status: "FAILED", Reason: error instanceof Error ? error.message : "unknown" });
  }
}

async function answer(event: CloudFormationCustomResourceEvent, result: { Status: "SUCCESS" | "FAILED"; Reason?: string }): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = JSON.stringify({ ...result, StackId, RequestId, LogicalResourceId, PhysicalResourceId: PHYSICAL_ID });
  const response = await fetch(event.ResponseURL, { method: "PUT", body });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
}
