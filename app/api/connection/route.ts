import { checkBroker } from "@/lib/connection/broker-check.server";
import { reply, route } from "@/lib/platform/http.server";
import { currentViewer } from "@/lib/session/viewer.server";

/** How the broker's address looks from here, for pages that cannot connect and that no browser tells why; asking does not keep a session alive. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: async ({ request }) => {
    await currentViewer(request.headers.get("cookie"), { isPassive: true });
    return reply({ finding: await checkBroker() });
  },
});
