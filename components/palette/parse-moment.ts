const DAY_MS = 86_400_000;

const CLOCK = /^(?<hour>[01]?\d|2[0-3])[:.](?<minute>[0-5]\d)(?:[:.](?<second>[0-5]\d))?$/;
const DATE_AND_CLOCK = /^(?<year>20\d\d)-(?<month>0[1-9]|1[0-2])-(?<day>0[1-9]|[12]\d|3[01])[ T]+(?<clock>\S+)$/;
const AGO = /^(?<count>\d{1,4})\s*(?<unit>s|min|m|h|d)\s+ago$/i;
const UNITS_MS: Record<string, number> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: DAY_MS };

interface Day {
  readonly year: number;
  /** 0 is January. */
  readonly month: number;
  readonly day: number;
}

function onDay(day: Day, clock: string, isUtc: boolean): number | null {
  const parts = CLOCK.exec(clock)?.groups;
  if (!parts) return null;
  const time = [Number(parts.hour), Number(parts.minute), Number(parts.second ?? 0)] as const;
  return isUtc ? Date.UTC(day.year, day.month, day.day, ...time) : new Date(day.year, day.month, day.day, ...time).getTime();
}

function dayOf(atMs: number, isUtc: boolean): Day {
  const date = new Date(atMs);
  return isUtc
    ? { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }
    : { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

/**
 * A moment as people type it, in epoch ms: "14:02", "yesterday 14:02", "2026-11-23 14:02:11", "20 min ago". A time of day still to come
 * means yesterday's. Null for anything else and for the future.
 */
export function parseMoment(text: string, nowMs: number, isUtc: boolean): number | null {
  const typed = text.trim().toLowerCase();
  const ago = AGO.exec(typed)?.groups;
  if (ago) return nowMs - Number(ago.count) * (UNITS_MS[ago.unit ?? ""] ?? 0);

  const dated = DATE_AND_CLOCK.exec(typed)?.groups;
  const atMs = dated
    ? onDay({ year: Number(dated.year), month: Number(dated.month) - 1, day: Number(dated.day) }, dated.clock ?? "", isUtc)
    : onNearDay(typed, nowMs, isUtc);
  return atMs !== null && atMs <= nowMs ? atMs : null;
}

function onNearDay(typed: string, nowMs: number, isUtc: boolean): number | null {
  const isYesterday = typed.startsWith("yesterday ");
  const clock = typed.replace(/^(today|yesterday)\s+/, "");
  const today = dayOf(nowMs, isUtc);
  const atMs = onDay(isYesterday ? { ...today, day: today.day - 1 } : today, clock, isUtc);
  if (atMs === null || isYesterday || typed.startsWith("today ") || atMs <= nowMs) return atMs;
  return onDay({ ...today, day: today.day - 1 }, clock, isUtc);
}
