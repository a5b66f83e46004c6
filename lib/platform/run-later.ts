/** Runs `task` after `delayMs` unless the returned undo is called before. */
export function runLater(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
