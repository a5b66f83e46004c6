import { reply, route } from "@/lib/platform/http.server";
import { sessionService } from "@/lib/session/session-service.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** Ends one of the viewer's own sessions: tokens revoked, row gone, MQTT cut off. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: async ({ params }) => {
    const viewer = await requireViewer();
    await sessionService().sessions.endOwn(viewer.sub, params.id ?? "");
    return reply({ ok: true });
  },
});
