import type { ReactNode } from "react";
import { DeckFrame } from "@/components/shell/deck-frame";
import { SignedIn } from "../signed-in";

/** Every page of the deck. */
export default function DeckLayout({ children }: { children: ReactNode }) {
  return (
    <SignedIn>
      <DeckFrame>{children}</DeckFrame>
    </SignedIn>
  );
}
