import pino, { type Logger } from "pino";

export type { Logger };

/** Everything whose value would let its reader act as somebody else. */
const SECRET_PATHS = ["secretAccessKey", "sessionToken", "password", "token", "cookie", "authorization", "clientSecret"];

/** Logs to stderr: stdout belongs to the one line of JSON that says where everything is. */
export function createLog(level = "info"): Logger {
  return pino(
    { level, redact: { paths: SECRET_PATHS.flatMap((path) => [path, `*.${path}`]), censor: "[redacted]" } },
    pino.destination({ dest: 2, sync: true }),
  );
}
