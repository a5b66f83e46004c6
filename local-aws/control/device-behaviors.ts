import { z } from "zod";
import type { Service } from "../platform/service.ts";
import type { Store } from "../platform/store.ts";

const behavior = z.enum(["normal", "refuse", "lie", "slow", "silent", "overload"]);
const deviceSchema = z.strictObject({ thing: z.string().min(1).max(128), behavior });
const silenceSchema = z.strictObject({ thing: z.string().min(1).max(128) });

/** How simulated devices shall behave. The simulator asks for the list; the stand-in only keeps it. */
export function createDeviceBehaviors(store: Store): NonNullable<Service["controlVerbs"]> {
  const behaviors = store.table<z.infer<typeof behavior>>("device-behaviors");
  return {
    device: (input) => {
      const { thing, behavior: wanted } = deviceSchema.parse(input);
      behaviors.put(thing, wanted);
      return { thing, behavior: wanted };
    },
    "silence-device": (input) => {
      const { thing } = silenceSchema.parse(input);
      behaviors.put(thing, "silent");
      return { thing, behavior: "silent" };
    },
    "device-behaviors": () => Object.fromEntries(behaviors.entries()),
  };
}
