import { assignSchema } from "@/lib/alarms/alarm-request";
import { assignAlarm } from "@/lib/alarms/alarms.server";
import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer } from "@/lib/session/viewer.server";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { originOf } from "@/lib/shadow/request-origin";

/** Says whose task an alarm of the viewer's own sites is. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: async ({ request, body }) => {
    const asker = { viewer: await requireFreshViewer(), origin: originOf(request.headers) };
    limitCommands(asker.viewer);
    return reply({ alarm: await assignAlarm(asker, assignSchema.parse(body)) });
  },
});
