import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { type ButtonSize, type ButtonTone, buttonClass } from "./button-class";
import { classNames } from "./class-names";

interface ButtonProps extends ComponentProps<"button"> {
  readonly tone?: ButtonTone;
  readonly size?: ButtonSize;
  /** Shows a ring over the label and refuses presses; neither the width nor the keyboard's place changes. */
  readonly isBusy?: boolean;
  readonly icon?: ReactNode;
}

/** A push button; `type` is "button" unless said otherwise. */
export function Button({ tone = "plain", size = "medium", isBusy = false, icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      {...(isBusy && { "aria-busy": true, "aria-disabled": true, onClick: refuse })}
      className={classNames(buttonClass(tone, size), isBusy && "relative", className)}
    >
      {isBusy ? (
        <>
          <span className="inline-flex items-center gap-[inherit] opacity-35">
            {icon}
            {children}
          </span>
          <span className="absolute inset-0 grid place-items-center">
            <BusyRing />
          </span>
        </>
      ) : (
        <>
          {icon}
          {children}
        </>
      )}
    </button>
  );
}

/** Stops a submit as well: a disabled button would do that too, but would drop the focus. */
const refuse = (event: MouseEvent): void => event.preventDefault();

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** Read by screen readers and shown as the tooltip. */
  readonly label: string;
  readonly size?: "small" | "medium";
  /** Keeps the button pressed in: a toggle. */
  readonly isPressed?: boolean;
}

/** A square button with an icon and no visible words; the label is required. */
export function IconButton({ label, size = "medium", isPressed, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      aria-pressed={isPressed}
      className={classNames(
        "rounded-small text-ink-2 hover:bg-raised hover:text-ink inline-grid shrink-0 place-items-center transition-colors",
        "aria-pressed:bg-accent-soft aria-pressed:text-accent disabled:cursor-not-allowed disabled:opacity-50",
        size === "small" ? "size-7" : "size-8",
        className,
      )}
    >
      {children}
    </button>
  );
}

/** A thin turning ring: something is on its way. */
export function BusyRing({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden className={classNames("spin size-3.5", className)}>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" opacity="0.25" />
      <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </svg>
  );
}
