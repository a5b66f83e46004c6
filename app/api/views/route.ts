import { listViews, removeView, savedViewNameSchema, savedViewSchema, saveView } from "@/lib/fleet/saved-views.server";
import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** The viewer's own saved lists: GET all, PUT one {name, search}, DELETE ?name=. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async () => {
    const { sub } = await requireViewer();
    return reply({ views: await listViews(sub) });
  },
  PUT: async ({ body }) => {
    const { sub } = await requireViewer();
    return reply({ views: await saveView(sub, savedViewSchema.parse(body)) });
  },
  DELETE: async ({ query }) => {
    const { sub } = await requireViewer();
    await removeView(sub, savedViewNameSchema.parse(query.get("name")));
    return reply({ ok: true });
  },
});
