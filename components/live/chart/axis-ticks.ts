import { fixedWords } from "@/components/fleet/number-words";
import type { ClockMode } from "@/components/fleet/time-words";
import type { TimeWindow } from "@/lib/telemetry/thing-live";

/** A mark on an axis. */
export interface Tick {
  at: number;
  label: string;
}

/** The range made a little wider, to round values: an axis that fits each new value exactly never stands still. */
export function roundRange(min: number, max: number): { min: number; max: number } {
  const span = max - min;
  if (!(span > 0)) return { min, max };
  const unit = 10 ** Math.floor(Math.log10(span / 10)) * 2;
  return { min: Math.floor(min / unit) * unit, max: Math.ceil(max / unit) * unit };
}

const STEP_FACTORS = [1, 2, 2.5, 5, 10];

/** Round values between `min` and `max`, about `countMax` of them; never one alone, which would say nothing of the scale. */
export function valueTicks(min: number, max: number, countMax: number): Tick[] {
  const span = max - min;
  if (!(span > 0) || countMax < 1) return [];
  const rough = span / countMax;
  const power = 10 ** Math.floor(Math.log10(rough));
  const fits = STEP_FACTORS.findIndex((factor) => factor * power >= rough);
  for (let at = fits === -1 ? STEP_FACTORS.length - 1 : fits; ; at -= 1) {
    const [factor, unit] = at >= 0 ? [STEP_FACTORS[at] ?? 1, power] : [5, power / 10];
    const ticks = ticksEvery(factor * unit, { min, max, decimals: decimalsOf(factor, unit) });
    if (ticks.length > 1 || at < 0) return ticks;
  }
}

const decimalsOf = (factor: number, unit: number): number =>
  Math.min(8, Math.max(0, -Math.floor(Math.log10(factor * unit)) + (factor === 2.5 ? 1 : 0)));

function ticksEvery(step: number, { min, max, decimals }: { min: number; max: number; decimals: number }): Tick[] {
  const ticks: Tick[] = [];
  for (let i = Math.ceil(min / step); i * step <= max + step * 1e-9; i += 1)
    ticks.push({ at: i * step, label: formatNumber(i * step, decimals) });
  return ticks;
}

/** A number for an axis or a read-out; never "-0". */
export function formatNumber(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e6) return value.toExponential(2);
  return fixedWords(value, decimals);
}

const TIME_STEPS_MS = [
  1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000,
  21_600_000, 43_200_000, 86_400_000,
];

const two = (n: number): string => String(n).padStart(2, "0");

const DAY_MS = 86_400_000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** How far the viewer's clock is ahead of UTC at that time: this machine's changes where summer time begins and ends. */
const offsetAt = (atMs: number, clock: ClockMode): number => (clock === "utc" ? 0 : -new Date(atMs).getTimezoneOffset() * 60_000);

/** The same moment as a date whose UTC parts are what the viewer's clock and calendar show. */
const shownDate = (atMs: number, clock: ClockMode): Date => new Date(atMs + offsetAt(atMs, clock));

/** A time of day on the viewer's clock. */
export function formatTime(atMs: number, clock: ClockMode, hasSeconds = true): string {
  const date = shownDate(atMs, clock);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${hasSeconds ? `:${two(date.getUTCSeconds())}` : ""}`;
}

/** A day on the viewer's calendar: "Mon 23". */
function formatDay(atMs: number, clock: ClockMode): string {
  const date = shownDate(atMs, clock);
  return `${WEEKDAYS[date.getUTCDay()] ?? ""} ${date.getUTCDate()}`;
}

/** A moment of a window of this length: its day too where the window holds more than one, and UTC by its name. */
export function formatMoment(atMs: number, clock: ClockMode, spanMs: number): string {
  const day = spanMs >= DAY_MS / 2 ? `${formatDay(atMs, clock)} ` : "";
  return `${day}${formatTime(atMs, clock)}${clock === "utc" ? " UTC" : ""}`;
}

/** Round times of the viewer's clock inside a window, at most `countMax`; midnight is the day that begins. */
export function timeTicks({ fromMs, toMs }: TimeWindow, countMax: number, clock: ClockMode): Tick[] {
  const stepMs = TIME_STEPS_MS.find((step) => (toMs - fromMs) / step <= countMax) ?? DAY_MS;
  const ticks: Tick[] = [];
  for (let local = Math.ceil((fromMs + offsetAt(fromMs, clock)) / stepMs) * stepMs; ; local += stepMs) {
    // The offset at the tick itself: on the day that clocks change it is another one than at the beginning.
    const at = local - offsetAt(local - offsetAt(fromMs, clock), clock);
    if (at > toMs) return ticks;
    if (at < fromMs) continue;
    ticks.push({ at, label: local % DAY_MS === 0 && stepMs >= 60_000 ? formatDay(at, clock) : formatTime(at, clock, stepMs < 60_000) });
  }
}
