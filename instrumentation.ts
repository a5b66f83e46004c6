/** Next calls this once, before the first request: settings are judged here, so a wrong one stops the start (HAZARDS L01). */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { boot } = await import("./lib/platform/boot.server.ts");
  boot();
  const { beginControlDuties } = await import("./lib/shadow/control-duties.server.ts");
  beginControlDuties();
}
