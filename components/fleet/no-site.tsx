import { MapPinOff } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";

/** Stands for a whole page of devices: its viewer belongs to no site, so there is nothing that could be shown, and says whom to ask. */
export function NoSite() {
  return (
    <EmptyState
      isPage
      title="You belong to no site yet"
      icon={<MapPinOff className="size-5" />}
      className="rounded-panel border-line bg-surface border"
      actions={
        <Link href="/access" className={buttonClass("plain")}>
          See what you may do
        </Link>
      }
    >
      Ask an administrator to add you to the group of a site, such as <code className="font-mono">site-harbor</code>. Sign in again
      afterwards, and its devices are here.
    </EmptyState>
  );
}
