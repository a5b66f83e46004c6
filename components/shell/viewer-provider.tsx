"use client";

import { createContext, useContext, type ReactNode } from "react";
import type { ViewerSummary } from "@/lib/session/viewer";

const ViewerContext = createContext<ViewerSummary | null>(null);

/** Hands the signed-in person to the components below; what it says only shows or hides, AWS policy decides. */
export function ViewerProvider({ viewer, children }: { readonly viewer: ViewerSummary; readonly children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** The signed-in person; only inside the deck. */
export function useViewer(): ViewerSummary {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("useViewer outside ViewerProvider");
  return viewer;
}
