import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer } from "@/lib/session/viewer.server";
import { requireAdmin } from "@/lib/shadow/admission.server";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { originOf } from "@/lib/shadow/request-origin";
import { reviewRun, runRequestSchema } from "@/lib/shadow/run-review.server";
import { createRun } from "@/lib/shadow/runs.server";

/** Reviews a selection, or starts a run over it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
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
