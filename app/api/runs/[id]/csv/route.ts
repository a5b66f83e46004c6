import { route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";
import { requireAuditor } from "@/lib/shadow/auditor.server";
import { csvResponse } from "@/lib/shadow/csv";
import { originOf } from "@/lib/shadow/request-origin";
import { runCsv } from "@/lib/shadow/runs.server";

/** A run's rows as CSV in which no cell is a formula. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ request, params: { id = "" } }) => {
    const viewer = requireAuditor(await requireViewer());
    return csvResponse(await runCsv({ viewer, origin: originOf(request.headers) }, id), "thingdeck-run.csv");
  },
});
