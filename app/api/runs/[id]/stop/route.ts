import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer } from "@/lib/session/viewer.server";
import { requireAdmin } from "@/lib/shadow/admission.server";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { originOf } from "@/lib/shadow/request-origin";
import { stopRun } from "@/lib/shadow/runs.server";

/** Sends nothing more; what was sent keeps its own outcome. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: async ({ request, params: { id = "" } }) => {
    const asker = { viewer: await requireFreshViewer(), origin: originOf(request.headers) };
    limitCommands(asker.viewer);
    await requireAdmin(asker, `run ${id}`);
    return reply({ run: await stopRun(asker, id) });
  },
});
