"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { AlarmCount } from "@/components/alarms/alarm-count";
import { classNames } from "@/components/ui/class-names";
import { Logo } from "./logo";
import { isCurrent } from "./nav-items";
import { useNavItems } from "./use-nav-items";

interface NavProps {
  /** Other pages are fetched ahead from then on; each costs the server a rendering that the first values should not wait for. */
  readonly isAtRest: boolean;
}

/** The dark bridge at the left: icons on a tablet, icons and words on a desk. */
export function Rail({ isAtRest }: NavProps) {
  const pathname = usePathname();
  const items = useNavItems();
  return (
    <nav
      aria-label="Pages"
      className="border-rail-line bg-rail text-rail-ink-2 sticky top-0 hidden h-dvh w-14 shrink-0 flex-col gap-1 border-r px-2 py-2.5 md:flex xl:w-48"
    >
      <Link
        href="/"
        prefetch={isAtRest ? null : false}
        className="rounded-small text-rail-ink outline-rail-ink mb-3 flex h-9 items-center gap-2.5 px-2 outline-offset-0"
      >
        <Logo className="size-6 shrink-0" />
        <span className="text-lead sr-only font-semibold tracking-tight xl:not-sr-only">Thingdeck</span>
      </Link>
      {items.map((item) => {
        const isHere = isCurrent(item, pathname);
        return (
          <Link
            key={item.href}
            href={item.href}
            prefetch={isAtRest ? null : false}
            title={item.label}
            aria-current={isHere ? "page" : undefined}
            className={classNames(
              "rounded-small outline-rail-ink hover:bg-rail-raised hover:text-rail-ink relative flex h-9 items-center gap-3 px-3 font-medium outline-offset-0 transition-colors",
              isHere &&
                "bg-rail-raised text-rail-ink before:bg-live-mark before:absolute before:inset-y-2 before:-left-2 before:w-[3px] before:rounded-full",
            )}
          >
            <item.icon className="size-4 shrink-0" aria-hidden />
            <span className="sr-only xl:not-sr-only">{item.label}</span>
            {item.href === "/alarms" && <AlarmCount className="max-xl:absolute max-xl:top-0 max-xl:right-0 xl:ml-auto" />}
          </Link>
        );
      })}
    </nav>
  );
}

/** The same pages along the bottom edge of a phone. */
export function BottomBar({ isAtRest }: NavProps) {
  const pathname = usePathname();
  const items = useNavItems();
  return (
    <nav
      aria-label="Pages"
      className="border-rail-line bg-rail text-rail-ink-2 sticky bottom-0 z-20 flex border-t pb-[env(safe-area-inset-bottom)] md:hidden [@media(max-height:26rem)]:static"
    >
      {items.map((item) => {
        const isHere = isCurrent(item, pathname);
        return (
          <Link
            key={item.href}
            href={item.href}
            prefetch={isAtRest ? null : false}
            aria-current={isHere ? "page" : undefined}
            className={classNames(
              "text-micro outline-rail-ink flex min-w-0 flex-1 flex-col items-center gap-0.5 border-t-2 py-1.5 font-medium -outline-offset-2",
              isHere ? "border-live-mark text-rail-ink" : "border-transparent",
            )}
          >
            <span className="relative">
              <item.icon className="size-4.5" aria-hidden />
              {item.href === "/alarms" && <AlarmCount className="absolute -top-1.5 left-3" />}
            </span>
            <span className="max-w-full truncate">{item.label}</span>
          </Link>
        );
      })}
    </nav>
  );
}
