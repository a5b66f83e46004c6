"use client";

import { TagIcon } from "lucide-react";
import { inertBlock, inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { useViewer } from "@/components/shell/viewer-provider";
import { Button } from "@/components/ui/button";
import { commandApi } from "@/lib/shadow/command-api.client";
import type { LockView } from "@/lib/shadow/lock-view";
import { useLockWriter } from "./use-lock-writer";

/** The tag that keeps everybody's hands off a device, with the reason on it. */
export function LockTag({ lock, onChange }: { readonly lock: LockView; readonly onChange: () => void }) {
  const { role } = useViewer();
  const { isBusy, run } = useLockWriter(onChange);
  return (
    <div role="note" className="border-line border-b p-3">
      <div className="rounded-small border-quiet/60 bg-quiet-soft flex gap-2 border border-dashed px-3 py-2">
        <TagIcon className="text-quiet mt-0.5 size-4 shrink-0" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="font-medium">Locked out</p>
          <p className="break-words whitespace-pre-line">
            <bdi>{inertBlock(lock.note, 500)}</bdi>
          </p>
          <p className="text-small text-ink-2 mt-1">
            {inertText(lock.by.name, 60)}, <TimeAgo atMs={lock.atMs} isPlain />
          </p>
          {role === "admin" && (
            <Button size="small" className="mt-2" isBusy={isBusy} onClick={() => run(() => commandApi.unlock(lock.thing))}>
              Take the tag off
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
