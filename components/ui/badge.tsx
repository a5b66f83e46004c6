import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type Tone = "neutral" | "accent" | "live" | "quiet" | "alarm";

const TONES: Record<Tone, string> = {
  neutral: "bg-well text-ink-2",
  accent: "bg-accent-soft text-accent",
  live: "bg-live-soft text-live",
  quiet: "bg-quiet-soft text-quiet",
  alarm: "bg-alarm-soft text-alarm",
};

interface BadgeProps {
  readonly tone?: Tone;
  readonly icon?: ReactNode;
  readonly title?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A short word in a tinted box; the word carries the meaning, the tint only helps. */
export function Badge({ tone = "neutral", icon, title, className, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={classNames(
        "rounded-small text-micro inline-flex max-w-full items-center gap-1 px-1.5 py-px font-medium whitespace-nowrap",
        TONES[tone],
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}

/** A key of the keyboard. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="rounded-small border-line-strong bg-raised text-micro text-ink-2 inline-grid h-5 min-w-5 place-items-center border px-1 font-mono">
      {children}
    </kbd>
  );
}
