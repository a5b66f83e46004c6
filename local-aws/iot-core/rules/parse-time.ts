/** Pieces of Joda-Time's pattern letters that rules use; the longest first. */
const FIELDS: Readonly<Record<string, (date: Record<string, string>) => string>> = {
  yyyy: ({ year = "" }) => year,
  yy: ({ year = "" }) => year.slice(-2),
  MM: ({ month = "" }) => month,
  dd: ({ day = "" }) => day,
  HH: ({ hour = "" }) => hour,
  mm: ({ minute = "" }) => minute,
  ss: ({ second = "" }) => second,
  SSS: ({ milliseconds = "" }) => milliseconds,
  Z: ({ offset = "" }) => offset,
};
const PATTERN = /'([^']*)'|yyyy|yy|MM|dd|HH|mm|ss|SSS|Z|[A-Za-z]+|[^A-Za-z']+/g;

/** Formats a time for `parse_time`. Undefined for an unknown time zone; throws an Error naming an unknown pattern letter. */
export function parseTime(pattern: string, epochMs: number, timeZone: string): string | undefined {
  const date = partsOf(epochMs, timeZone);
  if (date === undefined) return undefined;
  return pattern.replaceAll(PATTERN, (piece: string, literal: string | undefined) => {
    if (literal !== undefined) return literal === "" ? "'" : literal;
    const field = FIELDS[piece];
    if (field !== undefined) return field(date);
    if (/[A-Za-z]/.test(piece)) throw new Error(`parse_time does not know the pattern ${piece}`);
    return piece;
  });
}

function partsOf(epochMs: number, timeZone: string): Record<string, string> | undefined {
  try {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "longOffset",
    });
    const parts = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
    const offset = (parts.timeZoneName ?? "").replace("GMT", "").replace(":", "") || "+0000";
    return { ...parts, milliseconds: String(((epochMs % 1000) + 1000) % 1000).padStart(3, "0"), offset };
  } catch {
    return undefined;
  }
}
