import { z } from "zod";
import type { Clock } from "../platform/clock.ts";
import type { Service } from "../platform/service.ts";

const clockSchema = z.strictObject({ offsetMs: z.number().int().min(-315_360_000_000).max(315_360_000_000) });

/** Moves the stand-in's time (at most ten years) away from the machine's. */
export function clockVerbs(clock: Clock): NonNullable<Service["controlVerbs"]> {
  return {
    clock: (input) => {
      const { offsetMs } = clockSchema.parse(input);
      clock.setOffsetMs(offsetMs);
      return { nowMs: clock.nowMs() };
    },
  };
}
