/** One line on the browser's console, as inert text; for what an operator's colleague will want to see when a device misbehaves. */
export function logLine(line: string): void {
  // eslint-disable-next-line no-console -- the browser's only log is its console (lib/platform/log.ts is the server's)
  console.warn(JSON.stringify(line));
}
