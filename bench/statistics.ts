/** The middle of the values; the mean of the middle two when their count is even. Throws a RangeError on an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("no values, no median");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** The value below which a share (0 to 1) of the values lies, by the nearest-rank rule. Throws a RangeError on an empty list. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("no values, no percentile");
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[Math.min(rank, sorted.length) - 1] ?? Number.NaN;
}

/** A median with its spread and what it was made of. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: readonly number[];
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), rounds: values };
}

/** Ours to theirs within each round, then the median: what slows a whole round down slows both of it. */
export function ratioOfRounds<Round>(rounds: readonly Round[], ours: (round: Round) => number, theirs: (round: Round) => number): Spread {
  return spreadOf(rounds.map((round) => ours(round) / theirs(round)));
}

/** A round whose raw limit is below this share of the best one was disturbed (PERFORMANCE.md). */
export const RAW_SHARE_MIN = 0.7;

export interface RoundsPlan<Round> {
  readonly count: number;
  /** One round: ours and the peers, one after the other. */
  readonly measure: (index: number) => Promise<Round>;
  /** What the machine gave in this round, higher is better; rounds without such a limit are all kept. */
  readonly rawLimitOf?: (round: Round) => number;
}

export interface RoundsTaken<Round> {
  readonly rounds: readonly Round[];
  readonly repeatedCount: number;
}

/**
 * Measures until `count` undisturbed rounds are there; a better raw limit later condemns earlier rounds too. At most twice as many
 * attempts: on a machine that is never quiet the best of what was seen is kept, and `repeatedCount` tells.
 */
export async function takeRounds<Round>({ count, measure, rawLimitOf = () => 1 }: RoundsPlan<Round>): Promise<RoundsTaken<Round>> {
  const taken: { round: Round; raw: number }[] = [];
  const undisturbed = () => {
    const best = Math.max(...taken.map(({ raw }) => raw));
    return taken.filter(({ raw }) => raw >= best * RAW_SHARE_MIN);
  };
  for (let attempt = 0; attempt < count * 2 && (taken.length < count || undisturbed().length < count); attempt += 1) {
    const round = await measure(attempt);
    taken.push({ round, raw: rawLimitOf(round) });
  }
  const rounds = undisturbed().slice(0, count);
  return { rounds: rounds.map(({ round }) => round), repeatedCount: taken.length - rounds.length };
}
