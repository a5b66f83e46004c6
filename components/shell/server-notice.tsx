"use client";

import { ServerOff } from "lucide-react";
import { useOffline } from "next/offline";
import { useLinkIsTrusted } from "@/components/live/use-connection";
import { Banner } from "@/components/ui/states";

/**
 * Comes when a page could not be fetched because the server is not reached. The router keeps the page on screen and opens the other one
 * once the server answers; without the values' own connection the banner for that says enough.
 */
export function ServerNotice() {
  const isServerAway = useOffline();
  const { isTrusted } = useLinkIsTrusted();
  if (!isServerAway || !isTrusted) return null;
  return (
    <Banner tone="caution" role="status" icon={<ServerOff className="text-quiet size-4" />} isFullWidth>
      <span className="font-medium">The dashboard&apos;s server cannot be reached. Values here stay live.</span>{" "}
      <span className="text-ink-2">Other pages open, and changes can be made, as soon as it answers.</span>
    </Banner>
  );
}
