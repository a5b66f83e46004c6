import type { ComponentProps } from "react";
import { classNames } from "./class-names";

/** A plain table that scrolls sideways in its own box when the screen is narrow; `relative` keeps hidden words inside that box. */
export function Table({ className, label, ...rest }: ComponentProps<"table"> & { readonly label: string }) {
  return (
    <div className="scroll-slim relative overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      <table {...rest} className={classNames("w-full border-collapse text-left", className)} />
    </div>
  );
}

/** A column head. */
export function HeadCell({ className, ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames("caption border-line border-b px-3 py-2 text-left whitespace-nowrap first:pl-4 last:pr-4", className)}
    />
  );
}

/** A cell. */
export function Cell({ className, ...rest }: ComponentProps<"td">) {
  return <td {...rest} className={classNames("border-line border-b px-3 py-1.5 align-middle first:pl-4 last:pr-4", className)} />;
}

/** A row that answers to the pointer. */
export function Row({ className, ...rest }: ComponentProps<"tr">) {
  return <tr {...rest} className={classNames("hover:bg-raised [&:last-child>td]:border-b-0", className)} />;
}

/** Facts as label and value pairs. */
export function Facts({ className, ...rest }: ComponentProps<"dl">) {
  return <dl {...rest} className={classNames("grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-1.5", className)} />;
}

/** One fact: its label, then its value. */
export function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
