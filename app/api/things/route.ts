import { searchThings } from "@/lib/fleet/things.server";
import { thingsQuerySchema } from "@/lib/fleet/things-query";
import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** One page of the things of the viewer's sites. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ query }) => {
    const viewer = await requireViewer();
    return reply(await searchThings(viewer, thingsQuerySchema.parse(Object.fromEntries(query))));
  },
});
