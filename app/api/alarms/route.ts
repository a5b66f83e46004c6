import { alarmsQuerySchema } from "@/lib/alarms/alarm-request";
import { listAlarms } from "@/lib/alarms/alarms.server";
import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** The alarms of the viewer's sites, the most pressing first. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ query }) => {
    const viewer = await requireViewer();
    return reply(await listAlarms(viewer, alarmsQuerySchema.parse(Object.fromEntries(query))));
  },
});
