import type { ComponentProps } from "react";
import { classNames } from "./class-names";

interface SwitchProps extends Omit<ComponentProps<"button">, "value" | "aria-label"> {
  readonly label: string;
  /** What is known: the thumb stands in the middle, dashed, while it is null. */
  readonly value: boolean | null;
  /** Where it was asked to go; drawn as a ghost while it differs from `value`. */
  readonly target?: boolean | null;
  readonly isBusy?: boolean;
}

const thumbPlace = (value: boolean | null): string => (value === null ? "left-[0.5625rem]" : value ? "left-[1.125rem]" : "left-0");

/** A switch that only draws: the thumb is `value`, the ghost is `target`; the caller decides what a press does. */
export function Switch({ label, value, target = null, isBusy = false, className, ...rest }: SwitchProps) {
  const hasGhost = target !== null && target !== value;
  return (
    <button
      type="button"
      role="switch"
      {...rest}
      aria-label={label}
      aria-checked={value === true}
      aria-busy={isBusy || undefined}
      className={classNames(
        "relative inline-block h-[1.25rem] w-[2.375rem] shrink-0 rounded-full border p-0 transition-colors before:absolute before:-inset-2",
        value === true ? "border-accent bg-accent forced-colors:bg-[Highlight]" : "border-control bg-well",
        "disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed",
        value === null && "border-dashed",
        className,
      )}
    >
      {hasGhost && (
        <span
          aria-hidden
          className={classNames(
            "absolute top-0 m-0.5 size-3.5 rounded-full border border-dashed border-current",
            value === true ? "text-accent-ink" : "text-ink-2",
            thumbPlace(target),
          )}
        />
      )}
      <span
        aria-hidden
        className={classNames(
          "ease-deck absolute top-0 m-0.5 grid size-3.5 place-items-center rounded-full transition-[left] duration-150",
          value === true
            ? "bg-accent-ink forced-colors:bg-[HighlightText]"
            : value === null
              ? "border-ink-2 border border-dashed"
              : "bg-ink-2 forced-colors:bg-[ButtonText]",
          thumbPlace(value),
        )}
      >
        {isBusy && (
          <svg viewBox="0 0 16 16" className="spin absolute -inset-[3px] size-5">
            <path
              d="M8 1a7 7 0 0 1 7 7"
              fill="none"
              strokeWidth="1.5"
              strokeLinecap="round"
              className={value === true ? "stroke-accent-ink" : "stroke-accent"}
            />
          </svg>
        )}
      </span>
    </button>
  );
}
