const THOUSANDS = /\B(?=(?:\d{3})+(?!\d))/g;

/** A number with so many decimals and its thousands apart ("48,952.8"), as counts are written everywhere; never "-0". */
export function fixedWords(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  if (Number(text) === 0) return (0).toFixed(decimals);
  if (Math.abs(value) < 999) return text;
  const [whole = "", fraction] = text.split(".");
  const apart = whole.replaceAll(THOUSANDS, ",");
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}
