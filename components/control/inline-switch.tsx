"use client";

import { useThingLive } from "@/components/live/use-thing-live";
import { Badge } from "@/components/ui/badge";
import type { ThingSummary } from "@/lib/fleet/thing";

/** The thing's first on/off state as it reports it; a dash until it has. */
export function InlineSwitch({ thing }: { readonly thing: ThingSummary }) {
  const { reported } = useThingLive(thing.thingName);
  const field = Object.keys(reported).find((key) => typeof reported[key] === "boolean");
  if (field === undefined) return <span className="text-ink-3">–</span>;
  const isOn = reported[field] === true;
  return (
    <Badge tone={isOn ? "accent" : "neutral"} title={field}>
      {isOn ? "On" : "Off"}
    </Badge>
  );
}
