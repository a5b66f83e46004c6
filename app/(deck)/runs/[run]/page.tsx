import type { Metadata } from "next";
import { AdminsOnly } from "@/components/audit/admins-only";
import { RunPage } from "@/components/runs/run-page";
import { requireViewerOrSignIn } from "@/lib/session/viewer.server";

export const metadata: Metadata = { title: "Run" };

/** One bulk run, for admins; its route refuses everybody else as well. */
export default async function Page({ params }: { params: Promise<{ run: string }> }) {
  const { run } = await params;
  const { role } = await requireViewerOrSignIn(`/runs/${encodeURIComponent(run)}`);
  return role === "admin" ? (
    <RunPage id={run} />
  ) : (
    <AdminsOnly title="Bulk runs are for admins">Your account may look at devices, not switch them.</AdminsOnly>
  );
}
