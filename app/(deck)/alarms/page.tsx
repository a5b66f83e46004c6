import type { Metadata } from "next";
import { AlarmsPage } from "@/components/alarms/alarms-page";

export const metadata: Metadata = { title: "Alarms" };

/** What needs a person, and what did. */
export default function Page() {
  return <AlarmsPage />;
}
