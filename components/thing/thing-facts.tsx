"use client";

import { durationWords } from "@/components/fleet/time-words";
import { InertText } from "@/components/fleet/thing-name";
import { TimeAgo } from "@/components/fleet/time-ago";
import { useSites } from "@/components/fleet/use-sites";
import { useThingLive } from "@/components/live/use-thing-live";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/table";
import type { ThingDetail } from "@/lib/fleet/thing";

/** Shown as their own facts. */
const KNOWN_ATTRIBUTES = ["site", "label", "intervalSeconds"];
const ATTRIBUTES_MAX = 20;

/** What the registry and presence know of a thing. */
export function ThingFacts({ thing }: { readonly thing: ThingDetail }) {
  const { siteLabel } = useSites();
  const { connectedSinceMs, version } = useThingLive(thing.thingName);
  const others = Object.entries(thing.attributes)
    .filter(([name]) => !KNOWN_ATTRIBUTES.includes(name))
    .slice(0, ATTRIBUTES_MAX);
  return (
    <Card title="Facts">
      <Facts>
        <Fact label="Name">
          <InertText text={thing.thingName} className="text-small font-mono break-all" />
        </Fact>
        <Fact label="Type">{thing.thingType === null ? "–" : <InertText text={thing.thingType} />}</Fact>
        <Fact label="Site">
          <InertText text={siteLabel(thing.site)} />
        </Fact>
        <Fact label="Groups">
          {thing.groups.length === 0 ? (
            "–"
          ) : (
            <span className="flex flex-wrap gap-1">
              {thing.groups.map((group) => (
                <Badge key={group}>
                  <InertText text={group} />
                </Badge>
              ))}
            </span>
          )}
        </Fact>
        <Fact label="Reports every">{durationWords(thing.intervalMs)}</Fact>
        <Fact label="Connected">{connectedSinceMs === null ? "–" : <TimeAgo atMs={connectedSinceMs} />}</Fact>
        <Fact label="Shadow">{version === null ? "None yet" : `Version ${version.toLocaleString("en")}`}</Fact>
        {others.map(([name, value]) => (
          <Fact key={name} label={name}>
            <InertText text={value} />
          </Fact>
        ))}
      </Facts>
    </Card>
  );
}
