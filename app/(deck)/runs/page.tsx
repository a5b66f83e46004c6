import type { Metadata } from "next";
import { AdminsOnly } from "@/components/audit/admins-only";
import { RunListPage } from "@/components/runs/run-list-page";
import { requireViewerOrSignIn } from "@/lib/session/viewer.server";

export const metadata: Metadata = { title: "Runs" };

/** The bulk runs, for admins; their route refuses everybody else as well. */
export default async function Page() {
  const { role } = await requireViewerOrSignIn("/runs");
  return role === "admin" ? (
    <RunListPage />
  ) : (
    <AdminsOnly title="Bulk runs are for admins">Your account may look at devices, not switch them.</AdminsOnly>
  );
}
