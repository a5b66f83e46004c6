import { rmSync } from "node:fs";
import { join } from "node:path";

/** What a data folder holds of an install. Anything else in it is somebody else's. */
const OWN = ["local-aws.sqlite", "local-aws.sqlite-wal", "local-aws.sqlite-shm", "dynamodb", "devices", "session-keys", "local-aws.json"];

/** Deletes the install in `directory`; the caller must hold its lock. Keys of devices go too: the CA that signed them is gone. */
export function startOver(directory: string): void {
  for (const name of OWN) rmSync(join(directory, name), { recursive: true, force: true });
}
