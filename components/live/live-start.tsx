import { headers } from "next/headers";
import { liveStartScript } from "@/lib/telemetry/live-start";

/** Starts the live worker with the page's first bytes: keys, socket and subscriptions come while the page's own code is still loaded. */
export async function LiveStart({ viewerSub }: { readonly viewerSub: string }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  // A browser shows a script's nonce to nobody, so React would find another one than it wrote.
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: liveStartScript(viewerSub) }} />;
}
