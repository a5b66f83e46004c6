"use client";

import { useMemo } from "react";
import { useConnectionState } from "@/components/live/use-connection";
import { useThingLive } from "@/components/live/use-thing-live";
import { useIsAtRest, useLoadAtRest } from "@/components/shell/use-is-at-rest";
import { useViewer } from "@/components/shell/viewer-provider";
import { Card } from "@/components/ui/card";
import { lazyPart } from "@/components/ui/lazy-part";
import { describeControls } from "@/lib/fleet/describe-thing";
import type { ThingSummary } from "@/lib/fleet/thing";
import { LOAD_ANSWERS } from "./answers";
import { ControlRow } from "./control-row";
import { LockTag } from "./lock-tag";
import { useOpenCommands } from "./use-controls";
import { useLock } from "./use-locks";

/** Only admins have it. */
const LockOutButton = lazyPart(() => import("./lock-out-button").then((module) => module.LockOutButton));

/** Everything that may be switched on a device. A thumb stands where the device says it does. */
export function ThingControls({ thing }: { readonly thing: ThingSummary }) {
  const { role } = useViewer();
  const { desired, reported } = useThingLive(thing.thingName);
  const { lock, reload } = useLock(thing.thingName);
  const controls = useMemo(
    () => Object.entries(describeControls(thing.thingType, { desired, reported })),
    [thing.thingType, desired, reported],
  );
  useOpenCommands(thing.thingName);
  useLoadAtRest(useIsAtRest(useConnectionState().status === "live"), LOAD_ANSWERS);
  return (
    <Card
      isFlush
      title="Controls"
      aside={role === "admin" && lock === null && controls.length > 0 && <LockOutButton thingName={thing.thingName} />}
    >
      {lock && <LockTag lock={lock} onChange={reload} />}
      {controls.length === 0 ? (
        <p className="text-ink-3 p-4">This device has nothing to switch: it is of no described type and has reported no state yet.</p>
      ) : (
        controls.map(([field, control]) => <ControlRow key={field} thing={thing} field={field} control={control} />)
      )}
    </Card>
  );
}
