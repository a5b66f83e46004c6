import type { SiteWorld } from "./models/model.ts";
import { createRandom, createWander } from "./random.ts";

const STEP_MS = 1000;
const DAY_SECONDS = 20 * 60; // a demo's day: long enough to be smooth, short enough to be seen

/** One site's surroundings, moving by themselves. The caller must `stop()` it. */
export function startSiteWorld(site: string): { readonly world: SiteWorld; stop(): void } {
  const random = createRandom(site);
  const phase = random() * 2 * Math.PI;
  const gusts = createWander(random, { mean: 0, deviation: 0.07, tauSeconds: 60 });
  const world: SiteWorld = { demand: 0.6, ambientCelsius: 19, loadsKilowatt: new Map(), connected: new Set() };
  const timer = setInterval(() => {
    const day = Math.sin(phase + (2 * Math.PI * Date.now()) / (DAY_SECONDS * 1000));
    world.demand = Math.min(1, Math.max(0.05, 0.58 + 0.28 * day + gusts.step(STEP_MS / 1000)));
    world.ambientCelsius = 19 + 4 * day;
  }, STEP_MS);
  return { world, stop: () => clearInterval(timer) };
}
