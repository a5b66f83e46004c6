import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";

interface CardProps extends Omit<ComponentProps<"section">, "title"> {
  readonly title?: ReactNode;
  /** Small facts or actions at the right of the head. */
  readonly aside?: ReactNode;
  /** Leaves the body without padding: tables and charts go edge to edge. */
  readonly isFlush?: boolean;
}

/** A panel of the deck: hairline box, caption head, body. */
export function Card({ title, aside, isFlush = false, className, children, ...rest }: CardProps) {
  return (
    <section {...rest} className={classNames("rounded-panel border-line bg-surface min-w-0 border", className)}>
      {(title !== undefined || aside !== undefined) && (
        <header className="border-line flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b px-4 py-1.5">
          <h2 className="caption min-w-0 break-words">{title}</h2>
          {aside}
        </header>
      )}
      <div className={isFlush ? undefined : "p-4"}>{children}</div>
    </section>
  );
}

/** The head of a page: what it is, one line about it, what can be done. */
export function PageHead({ title, lead, actions }: { readonly title: ReactNode; readonly lead?: ReactNode; readonly actions?: ReactNode }) {
  return (
    <header className="ruled flex flex-wrap items-end justify-between gap-x-6 gap-y-3 pb-3">
      <div className="min-w-0">
        <h1 className="text-title font-semibold tracking-tight">{title}</h1>
        {lead !== undefined && <div className="text-ink-2 mt-0.5">{lead}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
