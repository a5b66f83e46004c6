/** A repeatable source of numbers in [0, 1): the same thing behaves alike at every start. */
export type Random = () => number;

/** Mulberry32, seeded by a name. */
export function createRandom(name: string): Random {
  let state = 2166136261;
  for (const character of name) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Ornstein-Uhlenbeck process: a value that wanders and is pulled back to its mean, as demand, voltage and weather do.
 * `step` advances it by `dtSeconds` and answers the new value.
 */
export interface Wander {
  step(dtSeconds: number): number;
}

export function createWander(random: Random, options: { mean: number; deviation: number; tauSeconds: number }): Wander {
  const { mean, deviation, tauSeconds } = options;
  let value = mean + deviation * gaussian(random);
  return {
    step: (dtSeconds) => {
      const keep = Math.exp(-dtSeconds / tauSeconds);
      value = mean + (value - mean) * keep + deviation * Math.sqrt(1 - keep * keep) * gaussian(random);
      return value;
    },
  };
}

/** Box-Muller. */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** One step of a first-order lag: where `value` is after `dtSeconds` on its way to `target`. */
export function approach(value: number, target: number, dtSeconds: number, tauSeconds: number): number {
  return target + (value - target) * Math.exp(-dtSeconds / tauSeconds);
}

export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
