import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer } from "@/lib/session/viewer.server";
import { requireAdmin } from "@/lib/shadow/admission.server";
import { commandRequestSchema } from "@/lib/shadow/command-request";
import { toCommandView } from "@/lib/shadow/command-view";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { originOf } from "@/lib/shadow/request-origin";
import { setDesired } from "@/lib/shadow/set-desired.server";

/** Switches a device: the answer says what the shadow took, never what the device did. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: async ({ request, params, body }) => {
    const viewer = await requireFreshViewer();
    limitCommands(viewer);
    const thing = params.thing ?? "";
    const asker = { viewer, origin: originOf(request.headers) };
    await requireAdmin(asker, thing);
    const row = await setDesired({ ...asker, thing, request: commandRequestSchema.parse(body), run: null });
    return reply({ command: toCommandView(row) });
  },
});
