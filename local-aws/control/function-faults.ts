import { z } from "zod";
import type { Service } from "../platform/service.ts";

const faultSchema = z.strictObject({
  /** Function name. */
  name: z.string().min(1),
  behavior: z.enum(["normal", "fail", "slow"]),
});

const SLOW_MS = 5000;

/** What the control endpoint does to functions, whoever calls them: rules, schedules, custom resources. */
export interface FunctionFaults extends Service {
  /** Called before each run. Rejects when the function is to fail, waits when it is to be slow. */
  suffer(functionName: string): Promise<void>;
}

export function createFunctionFaults(): FunctionFaults {
  const faults = new Map<string, z.infer<typeof faultSchema>["behavior"]>();
  return {
    suffer: async (functionName) => {
      const fault = faults.get(functionName);
      if (fault === "fail") throw new Error("The function failed because the control endpoint asked for it");
      if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    },
    controlVerbs: {
      function: (input) => {
        const { name, behavior } = faultSchema.parse(input);
        faults.set(name, behavior);
        return { name, behavior };
      },
    },
  };
}
