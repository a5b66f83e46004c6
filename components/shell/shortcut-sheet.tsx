"use client";

import { Kbd } from "@/components/ui/badge";
import { Dialog } from "@/components/ui/dialog";
import type { NavItem } from "./nav-items";
import { useNavItems } from "./use-nav-items";
import { useViewer } from "./viewer-provider";

interface KeyGroup {
  readonly title: string;
  readonly rows: readonly (readonly [keys: readonly string[], does: string])[];
}

const CHART_KEYS: KeyGroup = {
  title: "Charts (when focused)",
  rows: [
    [["←", "→"], "Move the crosshair"],
    [["Shift", "←", "→"], "Move the window"],
    [["+", "−"], "Zoom in and out"],
    [["Home"], "Back to live"],
  ],
};

/** The keys that do something for this viewer. */
function keyGroups(pages: readonly NavItem[], canSelect: boolean): readonly KeyGroup[] {
  return [
    {
      title: "Anywhere",
      rows: [
        [["Ctrl", "K"], "Search devices, pages, actions, or go to a time"],
        [["?"], "This sheet"],
        ...pages.map(({ key, label }) => [["g", key], label] as const),
      ],
    },
    {
      title: "Lists of devices and alarms",
      rows: [
        [["j"], "Next row"],
        [["k"], "Previous row"],
        [["Enter"], "Open the device"],
        [["/"], "Search in the device list"],
        ...(canSelect
          ? ([
              [["x"], "Select the row"],
              [["Esc"], "Clear the selection"],
            ] as const)
          : []),
      ],
    },
    CHART_KEYS,
  ];
}

/** Every key the deck listens to. */
export function ShortcutSheet({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const pages = useNavItems();
  const { role } = useViewer();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keyboard shortcuts" width="medium">
      <div className="gap-x-8 max-sm:space-y-5 sm:columns-2">
        {keyGroups(pages, role === "admin").map((group) => (
          <section key={group.title} className="break-inside-avoid sm:not-last:pb-5">
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
