import type { ColorBytes } from "./line-raster";

/** The colours of the page's theme, read from its custom properties. */
export interface ChartColors {
  ink: string;
  faint: string;
  line: string;
  hatch: string;
  surface: string;
  alarm: string;
  accent: string;
  font: string;
}

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

/** A colour of the theme as CSS writes it and as a pixel holds it. */
export interface LineColor {
  css: string;
  bytes: ColorBytes;
}

const lineColors = new Map<number, LineColor>();

/** Colour of the n-th line in the theme as it is now. */
export function readLineColor(index: number): LineColor {
  const known = lineColors.get(index % 8);
  if (known) return known;
  const style = getComputedStyle(document.documentElement);
  const css = style.getPropertyValue(`--chart-${(index % 8) + 1}`).trim() || style.color;
  const color = { css, bytes: toBytes(css) };
  // Read again after each change of the theme; without somebody who tells of it, at each call.
  if (themeListeners.size > 0) lineColors.set(index % 8, color);
  return color;
}

/** Only a canvas knows every way in which CSS writes a colour. */
function toBytes(css: string): ColorBytes {
  const context = scratchContext(1, 1);
  if (!context) return [0, 0, 0, 255];
  context.fillStyle = css;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha];
}

let scratch: CanvasRenderingContext2D | null = null;

/** A cleared canvas nobody sees, whose pixels are read back; good until the next call. Null where canvas is not available. */
export function scratchContext(width: number, height: number): CanvasRenderingContext2D | null {
  scratch ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!scratch) return null;
  if (scratch.canvas.width < width) scratch.canvas.width = width;
  if (scratch.canvas.height < height) scratch.canvas.height = height;
  scratch.setTransform(1, 0, 0, 1, 0, 0);
  scratch.clearRect(0, 0, width, height);
  return scratch;
}

/** A picture to draw into by hand; `words` are the image's pixels, one each. */
export interface Picture {
  image: ImageData;
  words: Uint32Array;
}

const pictures = new Map<string, Picture>();
const PICTURES_KEPT_MAX = 4;

/** A picture of this size, shared by all that draw at that size: what it holds is good until the next call. */
export function sharedPicture(width: number, height: number): Picture {
  const key = `${width} ${height}`;
  const known = pictures.get(key);
  if (known) return known;
  const [oldest] = pictures.keys();
  if (pictures.size >= PICTURES_KEPT_MAX && oldest !== undefined) pictures.delete(oldest);
  const image = new ImageData(width, height);
  const picture = { image, words: new Uint32Array(image.data.buffer) };
  pictures.set(key, picture);
  return picture;
}

/** A canvas as sharp as the screen. */
export interface Surface {
  context: CanvasRenderingContext2D;
  /** Device pixels. */
  width: number;
  height: number;
  /** Device pixels to a CSS pixel. */
  ratio: number;
}

export interface CanvasSize {
  /** CSS pixels. */
  width: number;
  height: number;
}

/** Fits the canvas to its size; what it shows stays where the size did not change. Null where canvas is not available. */
export function fitCanvas(canvas: HTMLCanvasElement, { width: cssWidth, height: cssHeight }: CanvasSize): Surface | null {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const width = Math.max(1, Math.round(cssWidth * ratio));
  const height = Math.max(1, Math.round(cssHeight * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  return context && { context, width, height, ratio };
}

const themeListeners = new Set<() => void>();
let unwatchTheme: (() => void) | null = null;

/** Calls back when the theme changes: the choice on the page or the system's. Returns its undo. */
export function onThemeChange(listener: () => void): () => void {
  unwatchTheme ??= watchTheme();
  themeListeners.add(listener);
  return () => {
    themeListeners.delete(listener);
    if (themeListeners.size > 0) return;
    unwatchTheme?.();
    unwatchTheme = null;
    lineColors.clear();
  };
}

/** One watch for all charts of the page. */
function watchTheme(): () => void {
  const tell = (): void => {
    lineColors.clear();
    for (const listener of themeListeners) listener();
  };
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", tell);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener("change", tell);
  };
}
