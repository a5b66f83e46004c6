import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the demo and the development stack keep what they make. */
export const defaultDataDirectory = join(root, ".thingdeck");
