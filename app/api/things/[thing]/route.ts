import { getThing } from "@/lib/fleet/things.server";
import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** One thing of the viewer's sites, with its shadow. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ params }) => {
    const viewer = await requireViewer();
    return reply(await getThing(viewer, params.thing ?? ""));
  },
});
