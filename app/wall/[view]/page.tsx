import type { Metadata } from "next";
import { WallPage } from "@/components/wall/wall-page";

export const metadata: Metadata = { title: "Wall" };

export default async function Page({ params }: { params: Promise<{ view: string }> }) {
  return <WallPage view={(await params).view} />;
}
