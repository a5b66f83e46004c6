import { route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";
import { parseAuditQuery } from "@/lib/shadow/audit-query";
import { streamAuditCsv } from "@/lib/shadow/audit-pages.server";
import { requireAuditor } from "@/lib/shadow/auditor.server";
import { csvResponse } from "@/lib/shadow/csv";

/** The filtered log as CSV in which no cell is a formula. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ query }) => {
    const viewer = requireAuditor(await requireViewer());
    return csvResponse(streamAuditCsv(viewer, parseAuditQuery(query).filter), "thingdeck-audit.csv");
  },
});
