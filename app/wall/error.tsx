"use client";

import { WallError } from "@/components/wall/wall-error";

/** Nobody stands at a wall screen to press a button: it starts itself again. */
export default function Error({ reset }: { error: Error; reset: () => void }) {
  return <WallError onRestart={reset} />;
}
