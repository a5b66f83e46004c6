/** A stretch of one thing's past. Times are epoch ms by the cloud's clock. */
export interface HistoryQuery {
  fromMs: number;
  toMs: number;
  /** Null for every metric. */
  metrics: string[] | null;
  cursor: string | null;
}

/** One page, oldest first, in columns: `values[metric][i]` was measured at `times[i]`, null where that message had no such number. */
export interface HistoryPage {
  thing: string;
  fromMs: number;
  toMs: number;
  /** How far apart two samples may lie although nothing is missing. */
  spacingMs: number;
  times: number[];
  values: Record<string, (number | null)[]>;
  /** Null on the last page. */
  nextCursor: string | null;
}
