import "server-only";
import type { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";

/** The Date header has whole seconds and travels a while; less than this is no difference. */
const DIFFERENCE_MS_MIN = 3_000;

/**
 * The cloud's time as its answers' Date headers tell it. Browsers sign with it, so a server whose clock is minutes off still hands out a
 * time that AWS accepts (HAZARDS C13, C14).
 */
export function watchCloudClock(client: CognitoIdentityClient): () => number {
  let offsetMs = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result as { response?: { headers?: Record<string, string> } };
      const cloudMs = Date.parse(response?.headers?.date ?? "");
      const differenceMs = cloudMs - Date.now();
      if (Number.isFinite(differenceMs)) offsetMs = Math.abs(differenceMs) < DIFFERENCE_MS_MIN ? 0 : differenceMs;
      return result;
    },
    { step: "deserialize", name: "watchCloudClock", priority: "low" },
  );
  return () => Date.now() + offsetMs;
}
