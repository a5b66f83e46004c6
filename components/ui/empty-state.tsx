import type { ReactNode } from "react";
import { classNames } from "./class-names";

interface EmptyStateProps {
  readonly title: string;
  /** It stands for the whole page, so its title is the page's heading. */
  readonly isPage?: boolean;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
}

/** Nothing to show, why that is, and the way on. */
export function EmptyState({ title, isPage = false, icon, children, actions, className }: EmptyStateProps) {
  const Title = isPage ? "h1" : "p";
  return (
    <div className={classNames("flex flex-col items-center gap-2 px-6 py-12 text-center", className)}>
      {icon !== undefined && (
        <div aria-hidden className="border-control text-ink-3 mb-1 grid size-11 place-items-center rounded-full border border-dashed">
          {icon}
        </div>
      )}
      <Title className="text-lead font-semibold">{title}</Title>
      {children !== undefined && <div className="text-ink-2 max-w-2xl text-pretty">{children}</div>}
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
