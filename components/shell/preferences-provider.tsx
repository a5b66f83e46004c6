"use client";

import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { DEFAULT_PREFERENCES, formatPreferences, PREFERENCES_COOKIE, type Preferences } from "./preferences";

const YEAR_S = 31_536_000;

interface PreferencesValue extends Preferences {
  readonly set: (change: Partial<Preferences>) => void;
}

const PreferencesContext = createContext<PreferencesValue>({ ...DEFAULT_PREFERENCES, set: () => undefined });

function applyToPage(preferences: Preferences): void {
  const { dataset } = document.documentElement;
  if (preferences.theme === "system") delete dataset.theme;
  else dataset.theme = preferences.theme;
  dataset.density = preferences.density;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${PREFERENCES_COOKIE}=${formatPreferences(preferences)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

/** Holds theme, density and clock; a change shows at once and is kept in the cookie the server reads. */
export function PreferencesProvider({ initial, children }: { readonly initial: Preferences; readonly children: ReactNode }) {
  const [preferences, setPreferences] = useState(initial);
  const set = useCallback(
    (change: Partial<Preferences>) => {
      const next = { ...preferences, ...change };
      setPreferences(next);
      applyToPage(next);
    },
    [preferences],
  );
  const value = useMemo(() => ({ ...preferences, set }), [preferences, set]);
  return <PreferencesContext value={value}>{children}</PreferencesContext>;
}

/** Theme, density and clock of this browser, and the way to change them. */
export const usePreferences = (): PreferencesValue => useContext(PreferencesContext);
