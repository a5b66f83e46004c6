import { reply, route } from "@/lib/platform/http.server";
import { listSessions } from "@/lib/session/session-list.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** The viewer's own live sessions. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async () => reply({ sessions: await listSessions(await requireViewer()) }),
});
