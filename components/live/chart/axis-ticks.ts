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

/** Round values between `min` and `max`, about `countMax` of them. */
export function valueTicks(min: number, max: number, countMax: number): Tick[] {
  const span = max - min;
  if (!(span > 0) || countMax < 1) return [];
  const rough = span / countMax;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const decimals = Math.min(8, Math.max(0, -Math.floor(Math.log10(step)) + (step / power === 2.5 ? 1 : 0)));
  const ticks: Tick[] = [];
  for (let i = Math.ceil(min / step); i * step <= max + step * 1e-9; i += 1)
    ticks.push({ at: i * step, label: formatNumber(i * step, decimals) });
  return ticks;
}

/** A number for an axis or a read-out; never "-0". */
export function formatNumber(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e6) return value.toExponential(2);
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}

const TIME_STEPS_MS = [
  1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000,
  21_600_000, 43_200_000, 86_400_000,
];

const two = (n: number): string => String(n).padStart(2, "0");

/** A time of day on this machine's clock. */
export function formatTime(atMs: number, hasSeconds = true): string {
  const date = new Date(atMs);
  return `${two(date.getHours())}:${two(date.getMinutes())}${hasSeconds ? `:${two(date.getSeconds())}` : ""}`;
}

const DAY_MS = 86_400_000;

/** How far this machine's clock is ahead of UTC at that time: it changes where summer time begins and ends. */
const offsetAt = (atMs: number): number => -new Date(atMs).getTimezoneOffset() * 60_000;

/** A day on this machine's calendar: "Mon 23". */
const formatDay = (atMs: number): string => `${WEEKDAYS[new Date(atMs).getDay()] ?? ""} ${new Date(atMs).getDate()}`;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Round local times inside a window, at most `countMax`; midnight is the day that begins. */
export function timeTicks(fromMs: number, toMs: number, countMax: number): Tick[] {
  const stepMs = TIME_STEPS_MS.find((step) => (toMs - fromMs) / step <= countMax) ?? DAY_MS;
  const ticks: Tick[] = [];
  for (let local = Math.ceil((fromMs + offsetAt(fromMs)) / stepMs) * stepMs; ; local += stepMs) {
    // The offset at the tick itself: on the day that clocks change it is another one than at the beginning.
    const at = local - offsetAt(local - offsetAt(fromMs));
    if (at > toMs) return ticks;
    if (at < fromMs) continue;
    ticks.push({ at, label: local % DAY_MS === 0 && stepMs >= 60_000 ? formatDay(at) : formatTime(at, stepMs < 60_000) });
  }
}
