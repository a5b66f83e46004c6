import type { ReactNode } from "react";
import { SignedIn } from "../signed-in";

/** A wall screen has a viewer like every page, and no frame. */
export default function WallLayout({ children }: { children: ReactNode }) {
  return <SignedIn>{children}</SignedIn>;
}
