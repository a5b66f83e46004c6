import { parseHistoryQuery } from "@/lib/history/history-query";
import { readHistory } from "@/lib/history/history.server";
import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** A page of a thing's past, about one sample a minute. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ params: { thing = "" }, query }) => {
    const viewer = await requireViewer();
    return reply(await readHistory(viewer, thing, parseHistoryQuery(query)));
  },
});
