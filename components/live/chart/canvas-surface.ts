import type { ChartColors } from "./chart-painter";

const COLOR_NAMES = {
  ink: "--ink",
  faint: "--ink-3",
  line: "--line",
  hatch: "--hatch",
  surface: "--surface",
  alarm: "--alarm",
  accent: "--accent",
};

/** The theme's colours as they stand at `element`. */
export function readColors(element: Element): ChartColors {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  return {
    ink: read(COLOR_NAMES.ink),
    faint: read(COLOR_NAMES.faint),
    line: read(COLOR_NAMES.line),
    hatch: read(COLOR_NAMES.hatch),
    surface: read(COLOR_NAMES.surface),
    alarm: read(COLOR_NAMES.alarm),
    accent: read(COLOR_NAMES.accent),
    font: style.fontFamily,
  };
}

/** Colour of the n-th line. */
export function readLineColor(element: Element, index: number): string {
  const style = getComputedStyle(element);
  return style.getPropertyValue(`--chart-${(index % 8) + 1}`).trim() || style.color;
}

/** Makes the canvas as sharp as the screen and clears it; the context is then in CSS pixels. Null where canvas is not available. */
export function prepareCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const pixelWidth = Math.max(1, Math.round(width * ratio));
  const pixelHeight = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Calls back when the theme changes: the choice on the page or the system's. Returns its undo. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener("change", listener);
  };
}
