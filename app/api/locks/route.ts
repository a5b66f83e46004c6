import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";
import { listSiteLocks } from "@/lib/shadow/lock-tags.server";
import { toLockView } from "@/lib/shadow/lock-view";

/** Every lock-out tag among the viewer's sites. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async () => reply({ locks: (await listSiteLocks(await requireViewer())).map(toLockView) }),
});
