import { pino } from "pino";
import { scrubSecrets } from "./secret-scrubber.ts";

/**
 * The server's log: one JSON line per event on stdout. Every line passes the scrubber last, so a secret that slips into a message,
 * an error or a URL is blotted out whatever field it came in (HAZARDS L07).
 */
export const log = pino({
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ["headers", "*.headers", "cookie", "*.cookie", "authorization", "*.authorization"], remove: true },
  hooks: { streamWrite: scrubSecrets },
});
