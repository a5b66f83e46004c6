"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import { ConnectionChip } from "./connection-chip";
import { DropCounter } from "./drop-counter";
import { Logo } from "./logo";
import { SiteSwitch } from "./site-switch";
import { UserMenu } from "./user-menu";
import { ViewMenu } from "./view-menu";

interface TopBarProps {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}

/** Above every page: where am I (site), find anything, is it live, who am I. */
export function TopBar({ onSearch, onHelp }: TopBarProps) {
  return (
    <header className="border-line bg-surface sticky top-0 z-20 flex h-12 shrink-0 items-center gap-2 border-b px-3 md:px-4 [@media(max-height:26rem)]:static">
      <Link href="/" aria-label="Thingdeck, overview" className="rounded-small shrink-0 md:hidden">
        <Logo className="size-6" />
      </Link>
      <SiteSwitch />
      <button
        type="button"
        onClick={onSearch}
        aria-label="Search devices, pages and actions"
        aria-keyshortcuts="Control+K Meta+K"
        className="rounded-small text-ink-3 hover:bg-raised md:border-line-strong md:bg-canvas flex h-8 min-w-8 items-center justify-center gap-2 transition-colors md:w-64 md:justify-start md:border md:px-2.5"
      >
        <Search className="size-4 shrink-0" aria-hidden />
        <span className="hidden flex-1 truncate text-left md:inline">Search or go to…</span>
        <kbd className="text-micro hidden font-mono md:inline">Ctrl K</kbd>
      </button>
      <div className="ml-auto flex min-w-0 items-center gap-1.5">
        <DropCounter />
        <ConnectionChip />
        <ViewMenu onHelp={onHelp} />
        <UserMenu />
      </div>
    </header>
  );
}
