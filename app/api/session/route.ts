import { z } from "zod";
import { followGroups } from "@/lib/credentials/viewer-identity.server";
import { reply, route } from "@/lib/platform/http.server";
import { log } from "@/lib/platform/log";
import { createSingleBucket } from "@/lib/platform/rate-limit";
import { GROUPS_AGE_MS } from "@/lib/session/renewal";
import { currentViewer } from "@/lib/session/viewer.server";
import { sessionCookie } from "@/lib/session/session-cookie.server";
import { startGuestSession } from "@/lib/session/guest.server";

const guestRequest = z.strictObject({ kind: z.literal("guest") });
/** Each guest costs a row and, at the first look, an identity. */
const guestStarts = createSingleBucket({ burstCount: 20, perSecond: 0.5 });

/** Who this browser is signed in as, for tabs to notice a change; looking does not keep the session alive. POST starts a guest's session. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(
  {
    GET: async ({ request }) => {
      const viewer = await currentViewer(request.headers.get("cookie"), { isPassive: true, renewAgeMs: GROUPS_AGE_MS });
      followGroups(viewer).catch((error: unknown) =>
        log.warn({ err: error }, "the policies could not follow the groups; the next look tries again"),
      );
      const { sub, username, name, role, sites, expiresAtMs } = viewer;
      return reply({ sub, username, name, role, sites, sessionId: viewer.sessionId, expiresAtMs, serverTimeMs: Date.now() });
    },
    POST: async ({ request, body }) => {
      guestRequest.parse(body);
      guestStarts.take();
      const sessionId = await startGuestSession(request);
      return reply({ role: "guest" }, { status: 201, headers: { "set-cookie": sessionCookie(sessionId) } });
    },
  },
  { access: "public" },
);
