"use client";

import Link from "next/link";
import { InertText } from "@/components/fleet/thing-name";
import { inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { useFleetEvents, useThingLabel } from "@/components/live/use-fleet-events";
import { Card } from "@/components/ui/card";
import type { FleetEvent } from "@/lib/telemetry/fleet-events";

const SHOWN_MAX = 6;
/** From here on a device is said to be flapping. */
const FLAPPING_FROM = 3;

function EventLine({ thingName, event, lossCount }: FleetEvent) {
  const label = useThingLabel(thingName);
  return (
    <li className="border-line border-b px-4 py-2 last:border-b-0">
      <span className="flex items-baseline justify-between gap-3">
        <Link
          href={`/devices/${encodeURIComponent(thingName)}?tab=events`}
          prefetch={false}
          className="rounded-small min-w-0 truncate font-medium hover:underline"
        >
          <InertText text={label} />
        </Link>
        <TimeAgo atMs={event.atMs} isPlain className="text-small text-ink-3 shrink-0" />
      </span>
      <span className="text-ink-2 block truncate">{inertText(event.sentence, 160)}</span>
      {lossCount >= FLAPPING_FROM && <span className="text-small text-quiet block">Flapping: lost {lossCount} times in ten minutes</span>}
    </li>
  );
}

/** What happened last among all devices of the viewer's sites: each device's newest event, and whether it comes and goes. */
export function LatestEvents({ site }: { readonly site: readonly string[] }) {
  const events = useFleetEvents(site).slice(0, SHOWN_MAX);
  return (
    <Card title="Events since you opened this page" isFlush data-live-area>
      {events.length === 0 ? (
        <p className="text-ink-3 px-4 py-3">No device has come, gone or sent something unreadable since.</p>
      ) : (
        <ul>
          {events.map((event) => (
            <EventLine key={event.thingName} {...event} />
          ))}
        </ul>
      )}
    </Card>
  );
}
