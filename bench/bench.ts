import type { BenchRoom } from "./support/bench-room.ts";
import type { Outcome } from "./outcome.ts";

export interface BenchOptions {
  /** Fewer rounds and shorter ones, for checks. */
  readonly isQuick: boolean;
  /** What several benches share: the browser, the whole stack. Started at first use, stopped by the caller. */
  readonly room: BenchRoom;
}

/** One row group of PERFORMANCE.md. */
export interface Bench {
  readonly id: string;
  readonly title: string;
  /** It may take this long before it is given up; 15 minutes unless told. */
  readonly minutesMax?: number;
  run(options: BenchOptions): Promise<Outcome>;
}

/** Rounds of a bench: five, two when quick. */
export const roundCount = ({ isQuick }: Pick<BenchOptions, "isQuick">): number => (isQuick ? 2 : 5);
