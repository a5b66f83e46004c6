/** What is on the page: how many charts, lines in each, points in each line, and its size in CSS pixels. */
export interface Scene {
  readonly charts: number;
  readonly lines: number;
  readonly points: number;
  readonly width: number;
  readonly height: number;
}

/** Adds one more point to each line of each chart and shows it. */
export type Update = (atMs: number, row: number) => void;

export const STEP_MS = 1_000;

export const things = ({ charts }: Scene): string[] => Array.from({ length: charts }, (_, index) => `pump-${index}`);

export const metrics = ({ lines }: Scene): string[] => Array.from({ length: lines }, (_, index) => `m${index}`);

export const valueAt = (line: number, row: number): number =>
  Math.sin(row / 40 + line) * 20 + Math.sin(row * 1.7 + line * 3) * 3 + line * 5;

export const peerColor = (line: number): string => `hsl(${line * 36} 70% 45%)`;

export function rootElement(): HTMLElement {
  const element = document.getElementById("root");
  if (element === null) throw new Error("the page has no root");
  return element;
}
