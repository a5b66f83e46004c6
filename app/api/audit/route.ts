import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";
import { parseAuditQuery } from "@/lib/shadow/audit-query";
import { readAuditPage } from "@/lib/shadow/audit-pages.server";
import { requireAuditor } from "@/lib/shadow/auditor.server";
import { toCommandView } from "@/lib/shadow/command-view";

/** A page of the log, newest first. There is no other method: nothing changes or deletes a row. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ query }) => {
    const viewer = requireAuditor(await requireViewer());
    const { rows, nextCursor } = await readAuditPage(viewer, parseAuditQuery(query));
    return reply({ rows: rows.map(toCommandView), nextCursor });
  },
});
