"use client";

import { ChevronRight, Clock3, Link2 } from "lucide-react";
import Link from "next/link";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { clockSentence, lastErrorOf, statusSentence } from "@/components/fleet/status-sentence";
import { InertText } from "@/components/fleet/thing-name";
import { useServerNow, useThingLive } from "@/components/live/use-thing-live";
import { IconButton } from "@/components/ui/button";
import { Banner } from "@/components/ui/states";
import { toasts } from "@/components/ui/toast-store";
import type { ThingDetail } from "@/lib/fleet/thing";

function copyLink(): void {
  void navigator.clipboard.writeText(location.href).then(
    () => toasts.show({ title: "Link copied", detail: "It opens this device with this tab and time window." }),
    () => toasts.show({ title: "The link could not be copied", tone: "quiet" }),
  );
}

function StatusLine({ thing }: { readonly thing: ThingDetail }) {
  const live = useThingLive(thing.thingName);
  const nowMs = useServerNow(1000);
  return (
    <p data-live-area className="text-ink-2 mt-1 flex items-center gap-2">
      <LivenessMark liveness={live.liveness} isMarkOnly />
      <span>{nowMs === 0 ? "\u00a0" : statusSentence(live, thing.intervalMs, nowMs)}</span>
    </p>
  );
}

function Notes({ thing }: { readonly thing: ThingDetail }) {
  const live = useThingLive(thing.thingName);
  const error = lastErrorOf(live.reported);
  const clock = clockSentence(live);
  return (
    <>
      {clock !== null && (
        <Banner tone="caution" role="note" icon={<Clock3 className="text-quiet size-4" />}>
          {clock}
        </Banner>
      )}
      {error !== null && (
        <Banner tone="alarm" role="note">
          <span className="font-medium">The device refused its last command:</span> <bdi>{error}</bdi>
        </Banner>
      )}
    </>
  );
}

/** Who this thing is and how it is right now. */
export function ThingHeader({ thing }: { readonly thing: ThingDetail }) {
  const label = thing.label || thing.thingName;
  return (
    <>
      <header className="ruled pb-3">
        <nav aria-label="Breadcrumb" className="text-small text-ink-3 mb-1 flex items-center gap-1">
          <Link href="/devices" className="rounded-small hover:text-ink hover:underline">
            Devices
          </Link>
          <ChevronRight className="size-3" aria-hidden />
          <InertText text={thing.thingName} className="truncate font-mono" />
        </nav>
        <div className="flex items-start justify-between gap-3">
          <div className="min-w-0">
            <h1 className="text-title line-clamp-2 font-semibold tracking-tight break-words">
              <InertText text={label} />
            </h1>
            <StatusLine thing={thing} />
          </div>
          <IconButton label="Copy a link to this view" onClick={copyLink}>
            <Link2 className="size-4" aria-hidden />
          </IconButton>
        </div>
      </header>
      <Notes thing={thing} />
    </>
  );
}
