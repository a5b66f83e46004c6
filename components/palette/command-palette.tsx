"use client";

import { Command } from "cmdk";
import { Clock, CornerDownLeft, LayoutList, Monitor, Moon, Search, Sun } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef, useState, type ReactNode } from "react";
import useSWR from "swr";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { devicesHref, toSearch } from "@/components/fleet/fleet-query";
import { INDEXED_STATES, LIVENESS } from "@/components/fleet/liveness-words";
import { useSavedViews } from "@/components/fleet/use-saved-views";
import { InertText } from "@/components/fleet/thing-name";
import { exactWords } from "@/components/fleet/time-words";
import { useServerNow } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { useNavItems } from "@/components/shell/use-nav-items";
import { StatusMark } from "@/components/ui/status-mark";
import { SEARCH_LENGTH_MAX, type ThingsPage } from "@/lib/fleet/thing";
import { parseMoment } from "./parse-moment";

const HALF_WINDOW_MS = 5 * 60_000;

/** A search hit is not listened to: only its presence is known, never whether its values are live. */
const PRESENCE = {
  connected: { shape: "filled", tone: "accent", word: "Connected" },
  gone: { shape: "hollow", tone: "offline", word: "Disconnected" },
  unknown: { shape: "dashed", tone: "offline", word: "Never seen" },
} as const;

interface Entry {
  readonly id: string;
  readonly group: string;
  readonly label: ReactNode;
  readonly words: string;
  readonly icon: ReactNode;
  readonly hint?: ReactNode;
  readonly run: () => void;
}

const matches = (entry: Entry, text: string): boolean =>
  text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => entry.words.toLowerCase().includes(word));

function useThingEntries(text: string, go: (href: string) => void): Entry[] {
  const { data } = useSWR<ThingsPage>(
    text.trim().length < 2 ? null : `/api/things?${toSearch({ q: text.trim().slice(0, SEARCH_LENGTH_MAX) }, { limit: 8 })}`,
  );
  if (text.trim().length < 2 || !data) return [];
  return data.things.map((thing) => ({
    id: `thing:${thing.thingName}`,
    group: "Devices",
    label: <InertText text={thing.label || thing.thingName} className="truncate" />,
    words: "",
    icon: (
      <StatusMark
        {...PRESENCE[thing.connectivity === null ? "unknown" : thing.connectivity.isConnected ? "connected" : "gone"]}
        isMarkOnly
      />
    ),
    hint: <InertText text={thing.thingName} className="text-micro max-w-40 truncate font-mono" />,
    run: () => go(`/devices/${encodeURIComponent(thing.thingName)}`),
  }));
}

function useFixedEntries(go: (href: string) => void): Entry[] {
  const navItems = useNavItems();
  const { views } = useSavedViews();
  const { set, clock } = usePreferences();
  const pages = navItems.map((item) => ({
    id: `page:${item.href}`,
    group: "Pages",
    label: item.label,
    words: item.label,
    icon: <item.icon className="size-4" aria-hidden />,
    run: () => go(item.href),
  }));
  const states = INDEXED_STATES.map((state) => ({
    id: `state:${state}`,
    group: "Views",
    label: `${LIVENESS[state].word} devices`,
    words: `${LIVENESS[state].word} devices`,
    icon: <LivenessMark liveness={state} isMarkOnly />,
    run: () => go(devicesHref({ state: [state] })),
  }));
  const saved = views.map((view) => ({
    id: `view:${view.name}`,
    group: "Views",
    label: <InertText text={view.name} />,
    words: view.name,
    icon: <LayoutList className="size-4" aria-hidden />,
    run: () => go(`/devices${view.search}`),
  }));
  const actions: Entry[] = [
    { id: "wall", label: "Open the wall screen", icon: <Monitor className="size-4" aria-hidden />, run: () => go("/wall/all") },
    { id: "dark", label: "Use the dark theme", icon: <Moon className="size-4" aria-hidden />, run: () => set({ theme: "dark" }) },
    { id: "light", label: "Use the light theme", icon: <Sun className="size-4" aria-hidden />, run: () => set({ theme: "light" }) },
    {
      id: "clock",
      label: clock === "utc" ? "Show local time" : "Show UTC",
      icon: <Clock className="size-4" aria-hidden />,
      run: () => set({ clock: clock === "utc" ? "local" : "utc" }),
    },
  ].map((action) => ({ ...action, group: "Actions", words: action.label }));
  return [...pages, ...states, ...saved, ...actions];
}

/** Where the typed text is a time: the way there on a device's page, `isElsewhere` on any other. */
function useMoment(text: string, go: (href: string) => void): { entries: Entry[]; isElsewhere: boolean } {
  const pathname = usePathname();
  const nowMs = useServerNow(1000);
  const { clock } = usePreferences();
  const atMs = parseMoment(text, nowMs, clock === "utc");
  if (atMs === null) return { entries: [], isElsewhere: false };
  if (!/^\/devices\/[^/]+$/.test(pathname)) return { entries: [], isElsewhere: true };
  const entries = [
    {
      id: "moment",
      group: "Go to time",
      label: exactWords(atMs, clock),
      words: "",
      icon: <Clock className="size-4" aria-hidden />,
      hint: "this device, 10 minutes around it",
      run: () => go(`${pathname}?from=${atMs - HALF_WINDOW_MS}&to=${atMs + HALF_WINDOW_MS}`),
    },
  ];
  return { entries, isElsewhere: false };
}

function PaletteList({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const [text, setText] = useState("");
  const go = (href: string) => router.push(href);
  const typed = text.trim();
  const fixed = useFixedEntries(go).filter((entry) => typed === "" || matches(entry, typed));
  const moment = useMoment(typed, go);
  const entries = [...moment.entries, ...useThingEntries(text, go), ...fixed];
  const groups = [...new Set(entries.map((entry) => entry.group))];
  return (
    <Command label="Search or go to" shouldFilter={false} loop className="flex min-h-0 flex-col">
      <div className="border-line flex items-center gap-2.5 border-b px-3.5">
        <Search className="text-ink-3 size-4 shrink-0" aria-hidden />
        <Command.Input
          value={text}
          onValueChange={setText}
          maxLength={SEARCH_LENGTH_MAX}
          placeholder="A device, a page, a view, or a time like 14:02"
          className="text-lead placeholder:text-ink-3 h-12 min-w-0 flex-1 bg-transparent outline-none"
        />
      </div>
      <Command.List className="scroll-slim max-h-[min(26rem,60dvh)] overflow-y-auto p-1.5">
        <Command.Empty className="text-ink-3 px-3 py-8 text-center">
          {moment.isElsewhere
            ? "That is a time. Open a device first: its charts can go there."
            : "Nothing is called that. Try part of a device’s name."}
        </Command.Empty>
        {groups.map((group) => (
          <Command.Group
            key={group}
            heading={group}
            className="[&_[cmdk-group-heading]]:caption [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1"
          >
            {entries
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <Command.Item
                  key={entry.id}
                  value={entry.id}
                  onSelect={() => {
                    onClose();
                    entry.run();
                  }}
                  className="group rounded-small data-[selected=true]:bg-accent-soft flex h-9 cursor-pointer items-center gap-3 px-2.5 forced-colors:data-[selected=true]:outline-2"
                >
                  <span className="text-ink-3 grid w-4 shrink-0 place-items-center">{entry.icon}</span>
                  <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                  <span className="text-small text-ink-3">{entry.hint}</span>
                  <CornerDownLeft className="text-ink-3 size-3.5 opacity-0 group-data-[selected=true]:opacity-100" aria-hidden />
                </Command.Item>
              ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

/** Ctrl/Cmd+K: devices by the server's search, pages, views, actions this person may take, and moments in time. */
export function CommandPalette({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!dialog || dialog.open === isOpen) return;
    if (!isOpen) {
      dialog.close();
      return;
    }
    dialog.showModal();
    // React focuses before the dialog is open, which does nothing, and the dialog itself takes the box around the input.
    dialog.querySelector<HTMLElement>("input")?.focus();
  }, [isOpen]);
  return (
    <dialog
      ref={element}
      aria-label="Search or go to"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      className="rounded-panel border-line-strong bg-surface text-body text-ink shadow-pop open:rise mx-auto mt-[12dvh] w-[40rem] max-w-[calc(100vw-1rem)] overflow-hidden border p-0"
    >
      {isOpen && <PaletteList onClose={onClose} />}
    </dialog>
  );
}
