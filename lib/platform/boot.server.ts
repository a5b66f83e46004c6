import "server-only";
import { env, EnvError, publishCanonicalUrl } from "./env.server.ts";
import { log } from "./log.ts";

/** sysexits' EX_CONFIG: tells a supervisor that a restart will not help. */
const EXIT_CODE_CONFIG = 78;

/** Parses the settings and prepares the process; ends it with a sentence per wrong setting when they are not usable. */
export function boot(): void {
  try {
    log.level = env().LOG_LEVEL;
    publishCanonicalUrl();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\nEach setting is explained in .env.example.\n`);
    process.exit(EXIT_CODE_CONFIG);
  }
}
