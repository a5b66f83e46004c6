import { credentialsRequestSchema } from "@/lib/credentials/credentials-reply";
import { issueCredentials } from "@/lib/credentials/issue-credentials.server";
import { reply, route } from "@/lib/platform/http.server";
import { requireViewer } from "@/lib/session/viewer.server";

/** Read-only keys for this browser's tab: 200 with keys, 202 while new access is being set up. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: async ({ body }) => {
    const viewer = await requireViewer();
    const issued = await issueCredentials(viewer, credentialsRequestSchema.parse(body));
    return reply(issued, { status: "code" in issued ? 202 : 200 });
  },
});
