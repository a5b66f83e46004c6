import { acknowledgeSchema } from "@/lib/alarms/alarm-request";
import { acknowledgeAlarm } from "@/lib/alarms/alarms.server";
import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer } from "@/lib/session/viewer.server";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { originOf } from "@/lib/shadow/request-origin";

/** Notes that a person has seen an alarm of their own sites. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: async ({ request, body }) => {
    const asker = { viewer: await requireFreshViewer(), origin: originOf(request.headers) };
    limitCommands(asker.viewer);
    return reply({ alarm: await acknowledgeAlarm(asker, acknowledgeSchema.parse(body)) });
  },
});
