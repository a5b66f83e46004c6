import "server-only";
import { subscribe } from "node:diagnostics_channel";
import { METHODS_KNOWN } from "./http-methods.ts";
import { env, EnvError, publishCanonicalUrl } from "./env.server.ts";
import { log } from "./log.ts";

/** sysexits' EX_CONFIG: tells a supervisor that a restart will not help. */
const EXIT_CODE_CONFIG = 78;

/** Parses the settings and prepares the process; ends it with a sentence per wrong setting when they are not usable. */
export function boot(): void {
  try {
    log.level = env().LOG_LEVEL;
    publishCanonicalUrl();
    refuseUnknownMethods();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\nEach setting is explained in .env.example.\n`);
    process.exit(EXIT_CODE_CONFIG);
  }
}

/**
 * A fetch Request cannot hold TRACE, and Next answers 500 when it tries (any other unknown method gets a 400 without Allow). OPTIONS is refused
 * by every route with 405 and what it allows, so unknown methods take that way.
 */
function refuseUnknownMethods(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: { method?: string } };
    if (!METHODS_KNOWN.has(request.method ?? "")) request.method = "OPTIONS";
  });
}
