/** How this browser likes to look at the deck. No secret and no identity in it, so it may live in a plain cookie. */
export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  readonly density: "comfortable" | "compact";
  readonly clock: "local" | "utc";
}

export const PREFERENCES_COOKIE = "thingdeck-view";

export const DEFAULT_PREFERENCES: Preferences = { theme: "system", density: "comfortable", clock: "local" };

const THEMES: readonly Preferences["theme"][] = ["system", "light", "dark"];
const DENSITIES: readonly Preferences["density"][] = ["comfortable", "compact"];
const CLOCKS: readonly Preferences["clock"][] = ["local", "utc"];

const oneOf = <T extends string>(known: readonly T[], value: string | undefined, fallback: T): T =>
  known.find((candidate) => candidate === value) ?? fallback;

/** Reads the cookie's value; whatever is unknown in it falls back to the default. */
export function parsePreferences(cookie: string | undefined): Preferences {
  const [theme, density, clock] = (cookie ?? "").split(".");
  return {
    theme: oneOf(THEMES, theme, DEFAULT_PREFERENCES.theme),
    density: oneOf(DENSITIES, density, DEFAULT_PREFERENCES.density),
    clock: oneOf(CLOCKS, clock, DEFAULT_PREFERENCES.clock),
  };
}

/** The cookie's value, the inverse of `parsePreferences`. */
export const formatPreferences = ({ theme, density, clock }: Preferences): string => [theme, density, clock].join(".");
