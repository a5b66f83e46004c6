"use client";

import { KeyRound, LogOut, UserRound } from "lucide-react";
import { InertText } from "@/components/fleet/thing-name";
import { toasts } from "@/components/ui/toast-store";
import { signOut } from "@/lib/session/sign-in.client";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { DisplayChoices } from "./display-choices";
import { useViewer } from "./viewer-provider";

const ROLE_WORDS = { operator: "Operator: looks", admin: "Admin: looks and switches", guest: "Guest: one public site" };

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => Array.from(part)[0] ?? "")
    .join("")
    .toUpperCase();

function leave(sub: string): void {
  signOut(sub).catch(() =>
    toasts.show({
      title: "You are still signed in",
      detail: "The server could not be reached. Try again.",
      tone: "alarm",
      durationMs: null,
    }),
  );
}

/** Who is signed in, their account, and the way out. */
export function UserMenu() {
  const { sub, name, username, email, role } = useViewer();
  const shown = name || username;
  return (
    <Menu
      label="You"
      trigger={(trigger) => (
        <button
          type="button"
          {...trigger}
          aria-label={`Signed in as ${shown}`}
          className="bg-rail text-micro text-rail-ink ring-rail-line grid size-8 shrink-0 place-items-center rounded-full font-semibold ring-1"
        >
          {initialsOf(shown) || <UserRound className="size-4" aria-hidden />}
        </button>
      )}
    >
      <div role="presentation" className="w-60 px-2 py-1.5">
        <InertText text={shown} className="block truncate font-semibold" />
        {email !== "" && <InertText text={email} className="text-small text-ink-2 block truncate" />}
        <span className="text-small text-ink-3">{ROLE_WORDS[role]}</span>
      </div>
      <MenuSeparator />
      <MenuItem href="/account" icon={<UserRound className="size-4" aria-hidden />}>
        Account and sessions
      </MenuItem>
      <MenuItem href="/access" icon={<KeyRound className="size-4" aria-hidden />}>
        What you may do
      </MenuItem>
      <div role="presentation" className="sm:hidden">
        <DisplayChoices />
      </div>
      <MenuSeparator />
      <MenuItem onSelect={() => leave(sub)} icon={<LogOut className="size-4" aria-hidden />}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
