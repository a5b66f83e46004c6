import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";
import { requireAuditor } from "@/lib/shadow/auditor.server";
import { originOf } from "@/lib/shadow/request-origin";
import { viewRun } from "@/lib/shadow/runs.server";

/** A run with a row per device; its owner's look keeps it going. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ request, params: { id = "" } }) => {
    const viewer = requireAuditor(await requireViewer());
    return reply({ run: await viewRun({ viewer, origin: originOf(request.headers) }, id) });
  },
});
