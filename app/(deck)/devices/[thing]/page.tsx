import type { Metadata } from "next";
import { inertText } from "@/components/fleet/inert-text";
import { ThingPage } from "@/components/thing/thing-page";

interface ThingRouteProps {
  params: Promise<{ thing: string }>;
}

/** A name that is not valid percent-encoding is taken as it stands; the API answers that there is no such thing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export async function generateMetadata({ params }: ThingRouteProps): Promise<Metadata> {
  return { title: inertText(decoded((await params).thing), 80) };
}

export default async function Page({ params }: ThingRouteProps) {
  return <ThingPage thingName={decoded((await params).thing)} />;
}
