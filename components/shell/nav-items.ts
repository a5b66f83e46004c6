import { BellRing, Gauge, KeyRound, ListChecks, ScrollText, Cpu, type LucideIcon } from "lucide-react";
import type { Role } from "@/lib/session/viewer";

export interface NavItem {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** The second key after `g`. */
  readonly key: string;
  readonly roles: readonly Role[];
}

const EVERYONE: readonly Role[] = ["operator", "admin", "guest"];

/** The pages of the deck in the order of the rail. */
export const NAV_ITEMS: readonly NavItem[] = [
  { href: "/", label: "Overview", icon: Gauge, key: "o", roles: EVERYONE },
  { href: "/devices", label: "Devices", icon: Cpu, key: "d", roles: EVERYONE },
  { href: "/alarms", label: "Alarms", icon: BellRing, key: "l", roles: EVERYONE },
  { href: "/runs", label: "Runs", icon: ListChecks, key: "r", roles: ["admin"] },
  { href: "/audit", label: "Audit", icon: ScrollText, key: "a", roles: ["admin"] },
  { href: "/access", label: "Access", icon: KeyRound, key: "c", roles: EVERYONE },
];

/** Whether a page's entry is the current one; a device belongs to Devices. */
export const isCurrent = (item: NavItem, pathname: string): boolean =>
  item.href === "/" ? pathname === "/" : pathname === item.href || pathname.startsWith(`${item.href}/`);
