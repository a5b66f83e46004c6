import { z } from "zod";
import { AwsError } from "../platform/aws-error.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";

const throttleSchema = z.strictObject({
  /** `service:Operation`, or `service:*` */
  api: z.string().regex(/^[\w-]+:(\*|\w+)$/),
  /** Absent: until it is lifted by `off`. */
  forMs: z.number().int().positive().optional(),
  off: z.boolean().default(false),
});

export interface Throttles {
  readonly throwIfThrottled: LocalAwsContext["throwIfThrottled"];
  readonly verbs: NonNullable<Service["controlVerbs"]>;
}

/** APIs that answer "Rate exceeded" because the control endpoint says so. */
export function createThrottles(nowMs: () => number): Throttles {
  const untilMs = new Map<string, number>();
  return {
    throwIfThrottled: (api) => {
      const [service = ""] = api.split(":");
      const until = Math.max(untilMs.get(api) ?? 0, untilMs.get(`${service}:*`) ?? 0);
      if (nowMs() < until) throw new AwsError("ThrottlingException", "Rate exceeded", 429);
    },
    verbs: {
      throttle: (input) => {
        const { api, forMs, off } = throttleSchema.parse(input);
        if (off) untilMs.delete(api);
        else untilMs.set(api, forMs === undefined ? Number.POSITIVE_INFINITY : nowMs() + forMs);
        return { api, isThrottled: !off };
      },
    },
  };
}
