import type { IncomingMessage, ServerResponse } from "node:http";
import type { Iam } from "../../iam/principal.ts";
import type { LocalAwsContext } from "../../platform/service.ts";
import type { Broker } from "../broker/broker.ts";
import type { RegistryReader } from "../registry/registry.ts";
import { createRestApi } from "../rest/rest-api.ts";
import type { ShadowService } from "../shadow/shadow-service.ts";
import { connectionRoutes } from "./connection-routes.ts";
import { createAccessCheck, forbidden } from "./data-plane-access.ts";
import { messageRoutes } from "./message-routes.ts";
import { PAYLOAD_BYTES_MAX } from "./publish-request.ts";
import { shadowRoutes } from "./shadow-routes.ts";

export interface DataPlaneDependencies {
  readonly iam: Iam;
  readonly registry: RegistryReader;
  readonly broker: Broker;
  readonly shadows: ShadowService;
}

/** AWS's SDKs sign `iotdata`; AWS's documents and the WebSocket handshake say `iotdevicegateway`. Both are taken. */
const SIGNING_NAMES = ["iotdata", "iotdevicegateway"];

/** The HTTP side of the data endpoint (`<prefix>-ats.iot.<region>.amazonaws.com`). */
export function createDataPlane(
  ctx: LocalAwsContext,
  { iam, registry, broker, shadows }: DataPlaneDependencies,
): (request: IncomingMessage, response: ServerResponse) => void {
  const requireAccess = createAccessCheck({ iam, registry });
  const isThing = (name: string) => registry.thing(name) !== undefined;
  return createRestApi(ctx, iam, {
    apiName: "iotdata",
    signingNames: SIGNING_NAMES,
    bodyBytesMax: PAYLOAD_BYTES_MAX,
    routes: [
      ...shadowRoutes({ ctx, broker, shadows, requireAccess }),
      ...messageRoutes({ ctx, broker, requireAccess }),
      ...connectionRoutes({ ctx, broker, requireAccess, isThing }),
    ],
    toAuthenticationError: (error) => forbidden(error.message),
    hasCodeInBody: true,
  });
}
