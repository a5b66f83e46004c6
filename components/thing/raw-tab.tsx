"use client";

import { FileJson, Pause, Play } from "lucide-react";
import { useState } from "react";
import { inertBlock, inertText } from "@/components/fleet/inert-text";
import { clockWords } from "@/components/fleet/time-words";
import { useRawMessages } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import type { RawMessage } from "@/lib/telemetry/thing-live";

function Message({ message }: { readonly message: RawMessage }) {
  const { clock } = usePreferences();
  return (
    <li className="border-line border-b px-4 py-2 last:border-b-0">
      <p className="text-small text-ink-3 flex flex-wrap items-baseline gap-x-3">
        <span className="font-mono">{clockWords(message.atMs, clock)}</span>
        <bdi className="min-w-0 font-mono break-all">{inertText(message.topic, 256)}</bdi>
        <span>{message.byteCount.toLocaleString("en")} bytes</span>
        {message.isRetained && <Badge>Retained</Badge>}
        {message.refusal !== null && <Badge tone="quiet">Not taken: {inertText(message.refusal, 120)}</Badge>}
      </p>
      <pre className="text-small mt-1 font-mono break-all whitespace-pre-wrap">
        <bdi>{inertBlock(message.text, 4096)}</bdi>
      </pre>
    </li>
  );
}

/** The last messages as they came over the wire, as text and nothing else. */
export function RawTab({ thingName }: { readonly thingName: string }) {
  const messages = useRawMessages(thingName);
  const [held, setHeld] = useState<readonly RawMessage[] | null>(null);
  const shown = held ?? messages;
  if (shown.length === 0) {
    return (
      <Card>
        <EmptyState title="No message yet" icon={<FileJson className="size-5" />}>
          Messages of this device are shown here as they arrive. None is kept after the page is closed.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card
      isFlush
      data-live-area
      title={shown.length === 1 ? "Last message" : `Last ${shown.length} messages`}
      aside={
        <Button
          size="small"
          tone="quiet"
          onClick={() => setHeld(held === null ? messages : null)}
          icon={held === null ? <Pause className="size-3.5" /> : <Play className="size-3.5" />}
        >
          {held === null ? "Pause" : "Resume"}
        </Button>
      }
    >
      <ol>
        {shown.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ol>
    </Card>
  );
}
