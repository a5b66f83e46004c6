"use client";

import { NAV_ITEMS, type NavItem } from "./nav-items";
import { useViewer } from "./viewer-provider";

/** The pages that the viewer's role may open, in the order of the rail. */
export function useNavItems(): readonly NavItem[] {
  const { role } = useViewer();
  return NAV_ITEMS.filter((item) => item.roles.includes(role));
}
