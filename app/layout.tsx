import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { parsePreferences, PREFERENCES_COOKIE } from "@/components/shell/preferences";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Thingdeck", template: "%s · Thingdeck" },
  description: "The live operations deck for a fleet of AWS IoT things",
  applicationName: "Thingdeck",
  referrer: "same-origin",
  manifest: "/manifest.webmanifest",
  icons: { icon: { url: "/icon.svg", type: "image/svg+xml" }, apple: "/apple-icon.png" },
  formatDetection: { telephone: false, email: false, address: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#1c2b33" },
    { media: "(prefers-color-scheme: dark)", color: "#0b1115" },
  ],
};

/** Theme and density stand on <html> in the first byte of markup, so nothing flashes and no script is needed for it. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const { theme, density } = parsePreferences((await cookies()).get(PREFERENCES_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme} data-density={density} suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
