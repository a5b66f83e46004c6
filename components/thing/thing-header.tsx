"use client";

import { ChevronRight, Clock3, Link2 } from "lucide-react";
import Link from "next/link";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { lastErrorOf, statusSentence } from "@/components/fleet/status-sentence";
import { InertText } from "@/components/fleet/thing-name";
import { durationWords } from "@/components/fleet/time-words";
import { useServerNow, useThingLive } from "@/components/live/use-thing-live";
import { IconButton } from "@/components/ui/button";
import { Banner } from "@/components/ui/states";
import { toasts } from "@/components/ui/toast-store";
import type { ThingDetail } from "@/lib/fleet/thing";

const SKEW_MS_TOLD = 5 * 60_000;

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
  const { clockSkewMs, reported } = useThingLive(thing.thingName);
  const error = lastErrorOf(reported);
  const isSkewed = clockSkewMs !== null && Math.abs(clockSkewMs) > SKEW_MS_TOLD;
  return (
    <>
      {isSkewed && (
        <Banner tone="caution" role="note" icon={<Clock3 className="text-quiet size-4" />}>
          This device’s clock is {durationWords(Math.abs(clockSkewMs))} {clockSkewMs > 0 ? "ahead of" : "behind"} the server’s. Its values
          are placed at the time they arrived.
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
