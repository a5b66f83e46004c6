import { reply, route } from "@/lib/platform/http.server";
import { requireFreshViewer, requireViewer } from "@/lib/session/viewer.server";
import { requireAdmin } from "@/lib/shadow/admission.server";
import { limitCommands } from "@/lib/shadow/command-limit.server";
import { lockRequestSchema, putLock, readLock, removeLock } from "@/lib/shadow/lock-tags.server";
import { toLockView } from "@/lib/shadow/lock-view";
import { originOf } from "@/lib/shadow/request-origin";

async function requireLocksmith(request: Request, thing: string) {
  const asker = { viewer: await requireFreshViewer(), origin: originOf(request.headers) };
  limitCommands(asker.viewer);
  await requireAdmin(asker, thing);
  return asker;
}

/** The lock-out tag of a device: everyone of the site reads it, admins hang it and take it off. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ params: { thing = "" } }) => reply({ lock: toLockView(await readLock({ viewer: await requireViewer() }, thing)) }),
  PUT: async ({ request, params: { thing = "" }, body }) => {
    const asker = await requireLocksmith(request, thing);
    return reply({ lock: toLockView(await putLock(asker, thing, lockRequestSchema.parse(body).note)) });
  },
  DELETE: async ({ request, params: { thing = "" } }) => {
    await removeLock(await requireLocksmith(request, thing), thing);
    return reply({ lock: null });
  },
});
