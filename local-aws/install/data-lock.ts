import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Holder {
  readonly pid: number;
  /** The kernel's start time of that process, where it tells: a later process may get the same id. */
  readonly startedAt: string | undefined;
}

/**
 * Takes the data folder for this process. Returns its own release.
 * A lock left behind by a killed process is taken over. Throws an Error that names the process that holds it.
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "lock");
  const own: Holder = { pid: process.pid, startedAt: startTimeOf(process.pid) };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      create(path, own);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = readHolder(path);
      if (holder !== undefined && isAlive(holder)) {
        throw new Error(
          `${directory} is in use by another local AWS (process ${holder.pid}). Stop that one, or choose another folder with --data.`,
          { cause: error },
        );
      }
      clearAway(path);
    }
  }
  throw new Error(`${path} could not be taken: other processes keep taking it`);
}

/** Whole or not at all: a lock that is there and still empty would look like one left behind. */
function create(path: string, holder: Holder): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Moves a left-behind lock aside and looks at it again before it is gone: of two processes that found the same one, the
 * slower may have moved the faster one's own.
 */
function clearAway(path: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && isAlive(moved)) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder> | null;
    return typeof holder?.pid === "number" ? { pid: holder.pid, startedAt: holder.startedAt } : undefined;
  } catch {
    // Killed while writing it, or gone meanwhile.
    return undefined;
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const current = startTimeOf(pid);
  return startedAt === undefined || current === undefined || startedAt === current;
}

/** Field 22 of /proc/<pid>/stat (proc(5)); undefined where there is no /proc. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
