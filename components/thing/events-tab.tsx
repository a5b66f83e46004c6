"use client";

import { History } from "lucide-react";
import { inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { exactWords } from "@/components/fleet/time-words";
import { useEvents } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { StatusMark, type MarkShape, type MarkTone } from "@/components/ui/status-mark";
import type { ThingEvent } from "@/lib/telemetry/thing-live";

const KINDS: Record<ThingEvent["kind"], { word: string; shape: MarkShape; tone: MarkTone }> = {
  connected: { word: "Connected", shape: "filled", tone: "live" },
  disconnected: { word: "Disconnected", shape: "hollow", tone: "offline" },
  reported: { word: "Reported", shape: "half", tone: "accent" },
  desired: { word: "Asked", shape: "hollow", tone: "accent" },
  refused: { word: "Refused", shape: "triangle", tone: "alarm" },
  malformed: { word: "Unreadable", shape: "hatched", tone: "quiet" },
  clock: { word: "Clock", shape: "clock", tone: "quiet" },
};

/** What happened to the thing since the tab opened, newest first. */
export function EventsTab({ thingName }: { readonly thingName: string }) {
  const events = useEvents(thingName);
  const { clock } = usePreferences();
  if (events.length === 0) {
    return (
      <Card>
        <EmptyState title="Nothing has happened yet" icon={<History className="size-5" />}>
          Connections, reports, commands and refusals of this device are listed here from the moment this page was opened.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card isFlush data-live-area title="Events since this page was opened">
      <ol>
        {events.map((event) => {
          const kind = KINDS[event.kind];
          return (
            <li
              key={event.id}
              className="border-line grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-0.5 border-b px-4 py-2 last:border-b-0 sm:grid-cols-[8rem_minmax(0,1fr)_auto]"
            >
              <StatusMark {...kind} className="font-medium" />
              <bdi className="text-ink-2 order-3 col-span-2 break-words sm:order-none sm:col-span-1">{inertText(event.sentence, 300)}</bdi>
              <span className="text-small text-ink-3" title={exactWords(event.atMs, clock)}>
                <TimeAgo atMs={event.atMs} isPlain />
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
