"use client";

import { useThingLive } from "@/components/live/use-thing-live";
import { Card } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/table";
import type { ThingSummary } from "@/lib/fleet/thing";

const valueText = (value: string | number | boolean): string => (typeof value === "boolean" ? (value ? "On" : "Off") : String(value));

/** What the thing reports about itself, to be read. */
export function ThingControls({ thing }: { readonly thing: ThingSummary }) {
  const { reported } = useThingLive(thing.thingName);
  const fields = Object.entries(reported).flatMap(([name, value]) =>
    typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [{ name, text: valueText(value) }] : [],
  );
  return (
    <Card title="Controls">
      {fields.length === 0 ? (
        <p className="text-ink-3">This device has reported no state yet.</p>
      ) : (
        <Facts>
          {fields.map(({ name, text }) => (
            <Fact key={name} label={name}>
              <bdi>{text.slice(0, 160)}</bdi>
            </Fact>
          ))}
        </Facts>
      )}
    </Card>
  );
}
