"use client";

import { SlidersHorizontal } from "lucide-react";
import { Kbd } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { DisplayChoices } from "./display-choices";

/** Theme, density and clock of this browser, and the keys. On a phone the user menu holds them. */
export function ViewMenu({ onHelp }: { readonly onHelp: () => void }) {
  return (
    <Menu
      label="Display"
      wrapperClassName="max-sm:hidden"
      trigger={(trigger) => (
        <IconButton label="Display settings" {...trigger}>
          <SlidersHorizontal className="size-4" aria-hidden />
        </IconButton>
      )}
    >
      <DisplayChoices />
      <MenuSeparator />
      <MenuItem onSelect={onHelp} hint={<Kbd>?</Kbd>}>
        Keyboard shortcuts
      </MenuItem>
    </Menu>
  );
}
