import { listViews, removeView, savedViewNameSchema, savedViewSchema, saveView } from "@/lib/fleet/saved-views.server";
import { AppError } from "@/lib/platform/app-error";
import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** The viewer's own saved lists: GET all, PUT one {name, search}, DELETE ?name=. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async () => {
    const { sub } = await requireViewer();
    return reply({ views: await listViews(sub) });
  },
  PUT: async ({ body }) => {
    const { sub, role } = await requireViewer();
    // Nobody in particular leaves nothing behind.
    if (role === "guest") throw new AppError("session/not-permitted");
    return reply({ views: await saveView(sub, savedViewSchema.parse(body)) });
  },
  DELETE: async ({ query }) => {
    const { sub } = await requireViewer();
    await removeView(sub, savedViewNameSchema.parse(query.get("name")));
    return reply({ ok: true });
  },
});
