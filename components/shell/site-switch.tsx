"use client";

import { Building2, ChevronsUpDown } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useViewer } from "./viewer-provider";

/** Pages that narrow to one site by `?site=`; from elsewhere the switch goes to the device list. */
const SITE_PAGES = ["/", "/devices"];

/** Narrows the page to one of the viewer's sites; the choice stands in the URL. */
export function SiteSwitch() {
  const { sites } = useViewer();
  const pathname = usePathname();
  const search = useSearchParams();
  const router = useRouter();
  const chosen = sites.find((site) => site.id === search.get("site"));
  const choose = (site: string | null) => {
    const isHere = SITE_PAGES.includes(pathname);
    const next = new URLSearchParams(isHere ? search : undefined);
    if (site === null) next.delete("site");
    else next.set("site", site);
    router.push(`${isHere ? pathname : "/devices"}${next.size > 0 ? `?${next}` : ""}`);
  };
  if (sites.length === 0) return <span className="text-ink-3 truncate">No site yet</span>;
  if (sites.length === 1) {
    return (
      <span className="hidden min-w-0 items-center gap-2 px-1 font-medium sm:flex">
        <Building2 className="text-ink-3 size-4 shrink-0" aria-hidden />
        <bdi className="truncate">{sites[0]?.label}</bdi>
      </span>
    );
  }
  return (
    <Menu
      label="Site"
      align="start"
      trigger={(trigger) => (
        <button
          type="button"
          {...trigger}
          className="rounded-small hover:bg-raised flex h-8 min-w-0 items-center gap-2 px-2 font-medium transition-colors"
        >
          <Building2 className="text-ink-3 size-4 shrink-0" aria-hidden />
          <span className="sr-only">Site:</span>
          <bdi className="max-w-44 truncate max-sm:sr-only">{chosen?.label ?? "All sites"}</bdi>
          <ChevronsUpDown className="text-ink-3 size-3.5 shrink-0" aria-hidden />
        </button>
      )}
    >
      <MenuItem isChecked={!chosen} onSelect={() => choose(null)}>
        All sites
      </MenuItem>
      {sites.map((site) => (
        <MenuItem key={site.id} isChecked={site.id === chosen?.id} onSelect={() => choose(site.id)}>
          <bdi>{site.label}</bdi>
        </MenuItem>
      ))}
    </Menu>
  );
}
