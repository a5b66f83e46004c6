import { type AccessAnswer, accessCheckSchema, QUESTION_KINDS } from "@/lib/credentials/access-question";
import { explainAccess } from "@/lib/credentials/access-report.server";
import { decisionSentence } from "@/lib/credentials/decision-sentence";
import { reply, route } from "@/lib/platform/http.server";
import { createRateLimit } from "@/lib/platform/rate-limit";
import { requireViewer } from "@/lib/session/viewer.server";

/** Each question reads the policies from AWS IoT. */
const limit = createRateLimit({ burstCount: 10, perSecond: 1 });

/** "Can I ...?": the decision and the statement that makes it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: async ({ body }) => {
    const viewer = await requireViewer();
    const { kind, text } = accessCheckSchema.parse(body);
    limit.take(viewer.sessionId);
    const { action, resource } = QUESTION_KINDS[kind];
    const question = { action, resource: resource(text) };
    const decision = await explainAccess(viewer, question);
    const { statement } = decision.by;
    const answer: AccessAnswer = {
      isAllowed: decision.isAllowed,
      ...question,
      sentence: decisionSentence(decision),
      ...(statement && { statement }),
    };
    return reply(answer);
  },
});
