import { z } from "zod";
import type { LocalAwsContext } from "../../platform/service.ts";
import type { AcceptedMessage, Broker } from "../broker/broker.ts";
import { mirrorTable } from "../registry/mirrored-table.ts";
import type { Connectivity } from "./thing-document.ts";

const PRESENCE_TOPIC = /^\$aws\/events\/presence\/(?:connected|disconnected)\/[^/]+$/;

const presenceSchema = z.object({
  clientId: z.string(),
  timestamp: z.number(),
  eventType: z.enum(["connected", "disconnected"]),
  disconnectReason: z.string().optional(),
});

/** Follows the lifecycle events; a thing's connectivity is that of the client whose id is the thing's name. */
export function trackConnectivity(ctx: LocalAwsContext, broker: Broker, isThing: (name: string) => boolean) {
  const rows = mirrorTable<Connectivity>(ctx.store, "iot-connectivity");
  endForgottenConnections(ctx, rows);
  const close = broker.onAccepted((message) => {
    const event = parsePresence(message);
    if (event === undefined || !isThing(event.clientId)) return;
    const { clientId, timestamp, eventType, disconnectReason } = event;
    // Events may arrive out of order.
    if (timestamp < (rows.get(clientId)?.timestamp ?? 0)) return;
    rows.put(clientId, {
      connected: eventType === "connected",
      timestamp,
      ...(disconnectReason === undefined ? {} : { disconnectReason }),
    });
  });
  return { find: (thingName: string) => rows.get(thingName), close };
}

/** Nobody is connected at the start: whoever was, lost the connection with the process. */
function endForgottenConnections(ctx: LocalAwsContext, rows: ReturnType<typeof mirrorTable<Connectivity>>): void {
  ctx.store.transaction(() => {
    for (const clientId of rows.keys()) {
      if (rows.get(clientId)?.connected !== true) continue;
      rows.put(clientId, { connected: false, timestamp: ctx.clock.nowMs(), disconnectReason: "SERVER_INITIATED_DISCONNECT" });
    }
  });
}

/** Only the service itself speaks about presence. */
function parsePresence(message: AcceptedMessage): z.output<typeof presenceSchema> | undefined {
  if (message.caller.kind !== "service" || !PRESENCE_TOPIC.test(message.topic)) return undefined;
  try {
    return presenceSchema.parse(JSON.parse(message.payload.toString()));
  } catch {
    return undefined;
  }
}
