import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./support/paths.ts";

/** Runs the built server with the settings of the environment (see .env.example). */
const server = join(root, process.env.THINGDECK_DIST_DIR ?? ".next", "standalone", "server.js");
if (!existsSync(server)) {
  process.stderr.write("thingdeck: there is no build yet. Run `npm run build` first.\n");
  process.exit(1);
}
await import(pathToFileURL(server).href);
