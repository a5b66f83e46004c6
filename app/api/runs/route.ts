import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer, requireViewer } from "@/lib/session/viewer.server";
import { requireAdmin } from "@/lib/shadow/admission.server";
import { requireAuditor } from "@/lib/shadow/auditor.server";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { originOf } from "@/lib/shadow/request-origin";
import { reviewRun, runRequestSchema } from "@/lib/shadow/run-review.server";
import { createRun, listRunsOf } from "@/lib/shadow/runs.server";

/** The newest runs; a review of a selection, or a run started over it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    GET: async () => reply({ runs: await listRunsOf(requireAuditor(await requireViewer())) }),
    POST: async ({ request, body }) => {
      const asker = { viewer: await requireFreshViewer(), origin: originOf(request.headers) };
      limitCommands(asker.viewer);
      await requireAdmin(asker, "a bulk run");
      const wanted = runRequestSchema.parse(body);
      return wanted.review ? reply({ review: await reviewRun(asker.viewer, wanted) }) : reply({ run: await createRun(asker, wanted) });
    },
  },
  // A thousand thing names of the longest kind.
  { bodyBytesMax: 160 * 1024 },
);
