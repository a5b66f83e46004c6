import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";

const BOX =
  "h-8 w-full min-w-0 rounded-small border border-control/70 bg-surface px-2.5 text-body text-ink placeholder:text-ink-3 " +
  "hover:border-control aria-invalid:border-alarm disabled:cursor-not-allowed disabled:opacity-55 max-md:h-9";

/** A one-line text box. */
export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={classNames(BOX, className)} />;
}

/** The platform's own choice list, drawn as ours: keyboard, touch and forced colours come with it. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <span className={classNames("relative inline-block", className)}>
      <select {...rest} className={classNames(BOX, "cursor-pointer appearance-none pr-7")}>
        {children}
      </select>
      <svg viewBox="0 0 12 12" aria-hidden className="text-ink-3 pointer-events-none absolute top-1/2 right-2 size-3 -translate-y-1/2">
        <path d="m2.5 4.5 3.5 3.5 3.5-3.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </svg>
    </span>
  );
}

interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  readonly isIndeterminate?: boolean;
}

/** The platform's check box in our accent colour. */
export function Checkbox({ isIndeterminate = false, className, ...rest }: CheckboxProps) {
  return (
    <input
      {...rest}
      ref={(element) => {
        if (element) element.indeterminate = isIndeterminate;
      }}
      type="checkbox"
      className={classNames("accent-accent size-3.5 shrink-0 cursor-pointer disabled:cursor-not-allowed", className)}
    />
  );
}

interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A label above its control, with a hint or what is wrong below. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  return (
    <label className={classNames("block", className)}>
      <span className="text-small text-ink-2 mb-1 block font-medium">{label}</span>
      {children}
      {hint !== undefined && <span className="text-small text-ink-3 mt-1 block">{hint}</span>}
      {error !== undefined && (
        <span role="alert" className="text-small text-alarm mt-1 block">
          {error}
        </span>
      )}
    </label>
  );
}
