import { cp } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./support/paths.ts";
import { runCommand } from "./support/run-command.ts";

/** Builds the production server and puts its static files where the standalone server looks for them. */
const distDirectory = process.env.THINGDECK_DIST_DIR ?? ".next";
const { exitCode } = await runCommand("next", ["build"], { isLoud: true });
if (exitCode !== 0) process.exit(exitCode);
const standalone = join(root, distDirectory, "standalone");
await cp(join(root, distDirectory, "static"), join(standalone, distDirectory, "static"), { recursive: true });
await cp(join(root, "public"), join(standalone, "public"), { recursive: true });
