"use client";

import Link from "next/link";
import { useEvents } from "@/components/live/use-thing-live";
import { InertText } from "@/components/fleet/thing-name";
import { TimeAgo } from "@/components/fleet/time-ago";
import { inertText } from "@/components/fleet/inert-text";
import type { ThingSummary } from "@/lib/fleet/thing";

/** What one thing did last, while it is on screen here; nothing until something happens. */
function LatestEvent({ thing }: { readonly thing: ThingSummary }) {
  const [event] = useEvents(thing.thingName);
  if (!event) return null;
  return (
    <li className="border-line border-b px-4 py-2 last:border-b-0">
      <span className="flex items-baseline justify-between gap-3">
        <Link
          href={`/devices/${encodeURIComponent(thing.thingName)}?tab=events`}
          prefetch={false}
          className="rounded-small min-w-0 truncate font-medium hover:underline"
        >
          <InertText text={thing.label || thing.thingName} />
        </Link>
        <TimeAgo atMs={event.atMs} isPlain className="text-small text-ink-3 shrink-0" />
      </span>
      <span className="text-ink-2 block truncate">{inertText(event.sentence, 160)}</span>
    </li>
  );
}

/** The newest event of each of these things. */
export function LatestEvents({ things }: { readonly things: readonly ThingSummary[] }) {
  return (
    <ul className="peer [&>li:nth-child(n+7)]:hidden">
      {things.map((thing) => (
        <LatestEvent key={thing.thingName} thing={thing} />
      ))}
    </ul>
  );
}
