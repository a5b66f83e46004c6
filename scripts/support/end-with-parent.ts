import { isMainThread } from "node:worker_threads";

const LOOK_MS = 500;
/** What an orderly stop may take; the parent that would have waited for it is gone. */
const GRACE_MS = 15_000;

/**
 * Preloaded (`--import`) into every process that this project starts: one whose parent was killed outright, with no moment to stop its
 * children, ends by itself as if it were told to. On Windows a process does not learn of its parent's end.
 */
if (isMainThread && process.platform !== "win32") {
  const parentId = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parentId) return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, "SIGKILL"), GRACE_MS).unref();
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS).unref();
}
