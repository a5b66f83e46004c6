"use client";

import Link from "next/link";
import { listCount } from "@/components/fleet/count-words";
import { devicesHref } from "@/components/fleet/fleet-query";
import { InertText } from "@/components/fleet/thing-name";
import { useViewer } from "@/components/shell/viewer-provider";
import { Card } from "@/components/ui/card";
import { FleetStrip } from "./count-tiles";
import { useThings } from "./use-things";

function SiteRow({ site }: { readonly site: { readonly id: string; readonly label: string } }) {
  const { data } = useThings({ site: [site.id] }, 1);
  const counts = data?.countsByState;
  const attention = counts ? counts.alarm + counts.offline + counts.quiet + counts.stale : null;
  return (
    <li className="border-line border-b last:border-b-0">
      <Link href={devicesHref({ site: [site.id] })} className="hover:bg-raised block px-4 py-2.5 -outline-offset-2">
        <span className="flex items-baseline justify-between gap-3">
          <InertText text={site.label} className="truncate font-medium" />
          <span className="text-small text-ink-3 shrink-0">
            {data ? listCount(data) : "–"}
            {attention !== null && attention > 0 && ` · ${attention.toLocaleString("en")} to look at`}
          </span>
        </span>
        <FleetStrip counts={counts} className="rounded-small mt-1.5 h-1.5" />
      </Link>
    </li>
  );
}

/** The viewer's sites, each with its share of every state. */
export function SiteTable() {
  const { sites } = useViewer();
  return (
    <Card title="Sites" isFlush data-live-area>
      <ul>
        {sites.map((site) => (
          <SiteRow key={site.id} site={site} />
        ))}
      </ul>
    </Card>
  );
}
