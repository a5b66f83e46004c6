"use client";

import { Kbd } from "@/components/ui/badge";
import { Dialog } from "@/components/ui/dialog";
import { NAV_ITEMS } from "./nav-items";

const GROUPS: readonly { title: string; rows: readonly (readonly [keys: readonly string[], does: string])[] }[] = [
  {
    title: "Anywhere",
    rows: [
      [["Ctrl", "K"], "Search devices, pages, actions, or go to a time"],
      [["?"], "This sheet"],
      ...NAV_ITEMS.map((item) => [["g", item.key], item.label] as const),
    ],
  },
  {
    title: "Device list",
    rows: [
      [["/"], "Search in the list"],
      [["j"], "Next row"],
      [["k"], "Previous row"],
      [["x"], "Select the row"],
      [["Enter"], "Open the device"],
      [["Esc"], "Clear the selection"],
    ],
  },
  {
    title: "Charts (when focused)",
    rows: [
      [["←", "→"], "Move in time"],
      [["+", "−"], "Zoom in and out"],
      [["0"], "Back to live"],
    ],
  },
];

/** Every key the deck listens to. */
export function ShortcutSheet({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keyboard shortcuts" width="medium">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="caption mb-2">{group.title}</h3>
            <dl className="space-y-1.5">
              {group.rows.map(([keys, does]) => (
                <div key={does} className="flex items-center justify-between gap-4">
                  <dt className="text-ink-2">{does}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
