/** One line per step with its time, so that long work is seen to move. */
export interface Progress {
  /** Prints `title ...`, runs `work`, prints how long it took; a failure is printed and thrown on. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  note(text: string): void;
}

export function createProgress(write: (text: string) => void = (text) => process.stderr.write(text)): Progress {
  const startedMs = performance.now();
  const clock = () => `${((performance.now() - startedMs) / 1000).toFixed(0).padStart(4)} s`;
  return {
    note: (text) => write(`${clock()}  ${text}\n`),
    step: async (title, work) => {
      const stepMs = performance.now();
      write(`${clock()}  ${title} ...\n`);
      const result = await work();
      write(`${clock()}  ${title}: done in ${((performance.now() - stepMs) / 1000).toFixed(1)} s\n`);
      return result;
    },
  };
}
