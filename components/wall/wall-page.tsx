"use client";

import { Pause, Play, X } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { errorWords } from "@/lib/session/site-api.client";
import { fromSearch } from "@/components/fleet/fleet-query";
import { NoSite } from "@/components/fleet/no-site";
import { InertText } from "@/components/fleet/thing-name";
import { clockWords } from "@/components/fleet/time-words";
import { useSites } from "@/components/fleet/use-sites";
import { useConnectionState, useLinkIsTrusted } from "@/components/live/use-connection";
import { useServerNow } from "@/components/live/use-thing-live";
import { useThings } from "@/components/overview/use-things";
import { connectionWords } from "@/components/shell/connection-words";
import { Logo } from "@/components/shell/logo";
import { usePreferences } from "@/components/shell/preferences-provider";
import { useLocalNow } from "@/components/shell/use-local-now";
import { IconButton } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/states";
import { StatusMark } from "@/components/ui/status-mark";
import { useRotation } from "./use-rotation";
import { DevicesSlide, SummarySlide } from "./wall-slide-views";
import { CARDS_PER_SLIDE, wallQuery, wallSlides } from "./wall-slides";

const THINGS_MAX = CARDS_PER_SLIDE * 20;

function WallHead({ title }: { readonly title: string }) {
  const nowMs = useServerNow(1000);
  const { clock } = usePreferences();
  const state = useConnectionState();
  const words = connectionWords(state, useLocalNow(1000));
  return (
    <header className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <Logo className="size-9 shrink-0" />
      <h1 className="text-title min-w-0 grow basis-40 truncate font-semibold">
        <InertText text={title} />
      </h1>
      <StatusMark shape={words.shape} tone={words.tone} word={words.chip} className="text-lead" />
      <span className="text-figure font-semibold" aria-hidden>
        {nowMs === 0 ? "" : clockWords(nowMs, clock)}
      </span>
    </header>
  );
}

function LinkStrip() {
  const { isTrusted, asOfMs } = useLinkIsTrusted();
  const { clock } = usePreferences();
  const isRefused = useConnectionState().status === "refused";
  if (isTrusted || asOfMs === null) return null;
  return (
    <p role="status" className="hatched rounded-panel border-quiet bg-quiet-soft text-title border px-5 py-3 font-semibold">
      {isRefused ? "This screen is refused live values." : "Connection lost."} This is how it was at {clockWords(asOfMs, clock)}.
    </p>
  );
}

/** Nothing was read yet: it is on its way, or it failed and is asked for again. */
function Unread({ error }: { readonly error: unknown }) {
  if (error === undefined) return <Skeleton className="h-64" />;
  return (
    <div role="status" className="m-auto text-center">
      <p className="text-figure font-semibold">The fleet could not be read</p>
      <p className="text-title text-ink-2 mt-2">{errorWords(error)} This screen tries again by itself.</p>
    </div>
  );
}

/** The fleet across a room: large, turning by itself, back by itself after any failure. */
export function WallPage({ view }: { readonly view: string }) {
  const search = useSearchParams();
  const query = wallQuery(view, new URLSearchParams(search), fromSearch);
  const { sites, siteLabel } = useSites();
  const { data: page, error } = useThings(query, THINGS_MAX);
  const { isTrusted, asOfMs } = useLinkIsTrusted();
  const slides = wallSlides(page?.things.length ?? 0);
  const { at, isPaused, togglePause } = useRotation(slides.length);
  const slide = slides[at] ?? { kind: "summary" };
  if (sites.length === 0) {
    return (
      <main className="grid min-h-dvh place-items-center p-5">
        <NoSite />
      </main>
    );
  }
  return (
    <main
      data-link={!isTrusted && asOfMs !== null ? "untrusted" : "trusted"}
      className="group/wall wall-fits:h-dvh wall-fits:gap-5 flex min-h-dvh flex-col gap-6 p-5 md:p-8 md:pb-5"
    >
      <WallHead title={query.site.length === 0 ? "All sites" : query.site.map(siteLabel).join(", ")} />
      <LinkStrip />
      {error !== undefined && page !== undefined && (
        <p role="status" className="text-lead text-quiet">
          {errorWords(error)} The figures below are the last that could be read.
        </p>
      )}
      <section aria-label="Fleet" data-live-area className="flex min-h-0 flex-1 flex-col">
        {page === undefined ? (
          <Unread error={error} />
        ) : slide.kind === "summary" ? (
          <SummarySlide page={page} shown={query.site} />
        ) : (
          <DevicesSlide key={slide.page} things={page.things.slice(slide.page * CARDS_PER_SLIDE, (slide.page + 1) * CARDS_PER_SLIDE)} />
        )}
      </section>
      <footer className="text-ink-3 flex items-center gap-3">
        <span className="text-lead">
          {at + 1} of {slides.length}
        </span>
        <span className="ml-auto flex gap-1 opacity-60 transition-opacity focus-within:opacity-100 hover:opacity-100">
          <IconButton label={isPaused ? "Turn by itself again" : "Stop turning"} isPressed={isPaused} onClick={togglePause}>
            {isPaused ? <Play className="size-4" aria-hidden /> : <Pause className="size-4" aria-hidden />}
          </IconButton>
          <Link
            href="/"
            aria-label="Leave the wall screen"
            className="rounded-small hover:bg-raised hover:text-ink grid size-8 place-items-center"
          >
            <X className="size-4" aria-hidden />
          </Link>
        </span>
      </footer>
    </main>
  );
}
