import { Lock } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";

/** A page that this person may not open, in plain words. */
export function AdminsOnly({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <EmptyState
      title={title}
      icon={<Lock className="size-5" />}
      className="min-h-[50vh] justify-center"
      actions={
        <>
          <Link href="/devices" className={buttonClass("primary")}>
            Devices
          </Link>
          <Link href="/access" className={buttonClass("plain")}>
            What may I do?
          </Link>
        </>
      }
    >
      {children}
    </EmptyState>
  );
}
