import { classNames } from "./class-names";

export type MarkShape = "filled" | "half" | "clock" | "hollow" | "dashed" | "triangle" | "octagon" | "hatched";
export type MarkTone = "live" | "quiet" | "offline" | "alarm" | "accent";

const TONES: Record<MarkTone, string> = {
  live: "text-live-mark",
  quiet: "text-quiet-mark",
  offline: "text-offline-mark",
  alarm: "text-alarm-mark",
  accent: "text-accent",
};

const SHAPES: Record<MarkShape, React.ReactNode> = {
  filled: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor" />
    </>
  ),
  clock: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 3.4V6l1.8 1.2" fill="none" stroke="currentColor" strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  hollow: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  dashed: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 2.25" />,
  triangle: <path d="M6 .9 11.6 11H.4z" fill="currentColor" />,
  octagon: <path d="M3.9.9h4.2l3 3v4.2l-3 3H3.9l-3-3V3.9z" fill="currentColor" />,
  hatched: <path d="M2 6.5 6.5 2M2 10.5 10.5 2M5.5 10.5l5-5" fill="none" stroke="currentColor" strokeWidth="1.3" strokeLinecap="round" />,
};

interface StatusMarkProps {
  readonly shape: MarkShape;
  readonly tone: MarkTone;
  /** The word; hidden from sight with `isMarkOnly`, never from a screen reader. */
  readonly word: string;
  readonly isMarkOnly?: boolean;
  readonly className?: string;
}

/** Status by shape, colour and word together. */
export function StatusMark({ shape, tone, word, isMarkOnly = false, className }: StatusMarkProps) {
  return (
    <span className={classNames("inline-flex items-center gap-1.5 whitespace-nowrap", className)} title={isMarkOnly ? word : undefined}>
      <svg viewBox="0 0 12 12" aria-hidden className={classNames("size-[0.7rem] shrink-0", TONES[tone])}>
        {SHAPES[shape]}
      </svg>
      <span className={isMarkOnly ? "sr-only" : undefined}>{word}</span>
    </span>
  );
}
