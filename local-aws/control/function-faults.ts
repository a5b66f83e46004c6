import { z } from "zod";
import type { FunctionInvoker } from "../functions/function-invoker.ts";
import type { Service } from "../platform/service.ts";

const faultSchema = z.strictObject({
  /** Function name. */
  name: z.string().min(1),
  behavior: z.enum(["normal", "fail", "slow"]),
});

const SLOW_MS = 5000;

/** The functions as rules call them, with the faults the control endpoint asks for. */
export function createFunctionFaults(functions: FunctionInvoker): FunctionInvoker & Service {
  const faults = new Map<string, z.infer<typeof faultSchema>["behavior"]>();
  return {
    invoke: async (functionArn, event) => {
      const fault = faults.get(functionArn.slice(functionArn.lastIndexOf(":") + 1));
      if (fault === "fail") throw new Error("The function failed because the control endpoint asked for it");
      if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      return functions.invoke(functionArn, event);
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
