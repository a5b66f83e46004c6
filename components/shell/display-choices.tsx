"use client";

import { MenuItem, MenuLabel } from "@/components/ui/menu";
import { usePreferences } from "./preferences-provider";

const THEMES = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;
const DENSITIES = [
  ["comfortable", "Comfortable"],
  ["compact", "Compact"],
] as const;
const CLOCKS = [
  ["local", "Local time"],
  ["utc", "UTC"],
] as const;

/** The entries for theme, row height and clock, for any menu. */
export function DisplayChoices() {
  const { theme, density, clock, set } = usePreferences();
  return (
    <>
      <MenuLabel>Theme</MenuLabel>
      {THEMES.map(([id, label]) => (
        <MenuItem key={id} keepsOpen isChecked={theme === id} onSelect={() => set({ theme: id })}>
          {label}
        </MenuItem>
      ))}
      <MenuLabel>Rows</MenuLabel>
      {DENSITIES.map(([id, label]) => (
        <MenuItem key={id} keepsOpen isChecked={density === id} onSelect={() => set({ density: id })}>
          {label}
        </MenuItem>
      ))}
      <MenuLabel>Clock</MenuLabel>
      {CLOCKS.map(([id, label]) => (
        <MenuItem key={id} keepsOpen isChecked={clock === id} onSelect={() => set({ clock: id })}>
          {label}
        </MenuItem>
      ))}
    </>
  );
}
