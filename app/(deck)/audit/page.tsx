import type { Metadata } from "next";
import { AdminsOnly } from "@/components/audit/admins-only";
import { AuditPage } from "@/components/audit/audit-page";
import { requireViewerOrSignIn } from "@/lib/session/viewer.server";

export const metadata: Metadata = { title: "Audit" };

/** The log, for admins; its route refuses everybody else as well. */
export default async function Page() {
  const { role } = await requireViewerOrSignIn("/audit");
  if (role === "admin") return <AuditPage />;
  return (
    <AdminsOnly title="The audit log is for admins">
      Your account may look at devices. To see who switched what, ask an administrator to add you to the group of admins.
    </AdminsOnly>
  );
}
