import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer } from "@/lib/session/viewer.server";
import { requireAdmin } from "@/lib/shadow/admission.server";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { toCommandView } from "@/lib/shadow/command-view";
import { keepWaitingForCommand } from "@/lib/shadow/commands.server";
import { originOf } from "@/lib/shadow/request-origin";

/** Gives the device its time once more. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: async ({ request, params: { id = "" } }) => {
    const asker = { viewer: await requireFreshViewer(), origin: originOf(request.headers) };
    limitCommands(asker.viewer);
    await requireAdmin(asker, `command ${id}`);
    return reply({ command: toCommandView(await keepWaitingForCommand(asker, id)) });
  },
});
