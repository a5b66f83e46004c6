"use client";

interface RecentCommandsProps {
  /** Only commands to this thing. */
  readonly thingName?: string;
}

/** The newest commands; this build has no command log to read. */
export function RecentCommands({ thingName }: RecentCommandsProps) {
  return (
    <p className="text-ink-3 px-4 py-3">
      {thingName === undefined ? "No commands have been sent to devices here." : "No commands have been sent to this device."}
    </p>
  );
}
