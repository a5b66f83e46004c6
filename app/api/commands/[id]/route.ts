import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";
import { requireAuditor } from "@/lib/shadow/auditor.server";
import { toCommandView } from "@/lib/shadow/command-view";
import { findCommand } from "@/lib/shadow/commands.server";

/** One row of the log, its outcome settled when it is owed. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ params: { id = "" } }) => {
    const viewer = requireAuditor(await requireViewer());
    return reply({ command: toCommandView(await findCommand(viewer, id)) });
  },
});
