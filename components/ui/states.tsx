import type { ReactNode } from "react";
import { classNames } from "./class-names";

/** A block that stands where a value will be. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden className={classNames("shimmer rounded-small block h-3", className)} />;
}

export type BannerTone = "info" | "caution" | "alarm";

const BANNERS: Record<BannerTone, string> = {
  info: "border-accent/40 bg-accent-soft text-ink",
  caution: "border-quiet/40 bg-quiet-soft text-ink",
  alarm: "border-alarm/40 bg-alarm-soft text-ink",
};

interface BannerProps {
  readonly tone?: BannerTone;
  readonly icon?: ReactNode;
  readonly actions?: ReactNode;
  /** "alert" interrupts a screen reader, "status" waits its turn. */
  readonly role?: "alert" | "status" | "note";
  /** Runs from edge to edge, without corners. */
  readonly isFullWidth?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A line across the page about the page itself. */
export function Banner({ tone = "info", icon, actions, role = "status", isFullWidth = false, className, children }: BannerProps) {
  return (
    <div
      role={role}
      className={classNames(
        "flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2",
        isFullWidth ? "border-b" : "rounded-panel border",
        BANNERS[tone],
        className,
      )}
    >
      {icon !== undefined && (
        <span aria-hidden className="shrink-0">
          {icon}
        </span>
      )}
      <div className="min-w-0 flex-1 basis-48">{children}</div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
