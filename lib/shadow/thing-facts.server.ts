import "server-only";
import { DescribeThingCommand, ResourceNotFoundException, SearchIndexCommand } from "@aws-sdk/client-iot";
import { AppError } from "../platform/app-error.ts";
import { iot } from "../platform/aws-clients.server.ts";
import type { CurrentShadow } from "./settle-due.ts";
import { readShadow } from "./shadow-access.server.ts";

/** What a command has to know about its thing. */
export interface ThingFacts {
  thingName: string;
  site: string | null;
  thingType: string | null;
  isConnected: boolean;
  shadow: CurrentShadow | undefined;
}

/** Reads registry, index and shadow at once; undefined when there is no such thing. Throws fleet/unavailable, shadow/unavailable. */
export async function readThingFacts(thingName: string): Promise<ThingFacts | undefined> {
  const [registered, isConnected, shadow] = await Promise.all([describe(thingName), readConnected(thingName), readShadow(thingName)]);
  if (!registered) return undefined;
  return { thingName, ...registered, isConnected, shadow };
}

async function describe(thingName: string): Promise<{ site: string | null; thingType: string | null } | undefined> {
  try {
    const { attributes, thingTypeName } = await iot().send(new DescribeThingCommand({ thingName }));
    return { site: attributes?.site ?? null, thingType: thingTypeName ?? null };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw new AppError("fleet/unavailable", { cause: error });
  }
}

/** Presence as the fleet index knows it; a thing it has not heard of counts as not connected. */
async function readConnected(thingName: string): Promise<boolean> {
  try {
    const { things } = await iot().send(
      new SearchIndexCommand({ indexName: "AWS_Things", queryString: `thingName:"${thingName}"`, maxResults: 10 }),
    );
    return things?.find((thing) => thing.thingName === thingName)?.connectivity?.connected ?? false;
  } catch (error) {
    throw new AppError("fleet/unavailable", { cause: error });
  }
}
