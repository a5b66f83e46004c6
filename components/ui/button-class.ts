import { classNames } from "./class-names";

export type ButtonTone = "primary" | "plain" | "quiet" | "danger";
export type ButtonSize = "small" | "medium" | "large";

const TONES: Record<ButtonTone, string> = {
  primary: "border-transparent bg-accent text-accent-ink hover:bg-accent-strong",
  plain: "border-line-strong bg-surface text-ink hover:bg-raised hover:border-control",
  quiet: "border-transparent text-ink-2 hover:bg-raised hover:text-ink",
  danger: "border-alarm bg-surface text-alarm hover:bg-alarm-soft",
};

const SIZES: Record<ButtonSize, string> = {
  small: "h-7 gap-1.5 px-2 text-small",
  medium: "h-8 gap-1.5 px-3 text-body",
  large: "h-10 gap-2 px-4 text-lead",
};

const BASE =
  "inline-flex shrink-0 items-center justify-center rounded-small border font-medium whitespace-nowrap transition-colors select-none " +
  "disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed not-aria-busy:aria-disabled:opacity-50";

/** Class names of a button, for links that look like one. */
export const buttonClass = (tone: ButtonTone = "plain", size: ButtonSize = "medium"): string => classNames(BASE, TONES[tone], SIZES[size]);
