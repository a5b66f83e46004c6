"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { durationWords } from "@/components/fleet/time-words";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { AppError } from "@/lib/platform/app-error";
import type { SessionEntry } from "@/lib/session/session-entry";
import { sendJson } from "@/lib/session/site-api.client";

interface SessionTableProps {
  readonly sessions: readonly SessionEntry[];
  /** The server's clock when the list was read. */
  readonly nowMs: number;
}

/** One's sessions, each of which can be ended from here. */
export function SessionTable({ sessions, nowMs }: SessionTableProps) {
  const router = useRouter();
  const [ending, setEnding] = useState<string>();
  const [hasFailed, setHasFailed] = useState(false);
  const end = async (id: string) => {
    setEnding(id);
    // Ended by somebody else in the meantime is ended too.
    const isEnded = await sendJson("DELETE", `/api/sessions/${id}`).then(
      () => true,
      (error: unknown) => error instanceof AppError && error.code === "session/not-found",
    );
    setHasFailed(!isEnded);
    setEnding(undefined);
    router.refresh();
  };
  return (
    <>
      <Table label="Your sessions">
        <thead>
          <tr>
            <HeadCell>Browser</HeadCell>
            <HeadCell className="max-sm:hidden">Signed in</HeadCell>
            <HeadCell>Last used</HeadCell>
            <HeadCell className="max-sm:hidden">Ends in</HeadCell>
            <HeadCell>
              <span className="sr-only">End the session</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row key={session.id}>
              <Cell>
                {session.browser} {session.isCurrent && <Badge tone="accent">this one</Badge>}
                {/* A telephone has no room for five columns, and the last one is what the table is for. */}
                <div className="text-small text-ink-3 sm:hidden">Ends in {durationWords(session.expiresAtMs - nowMs)}</div>
              </Cell>
              <Cell className="max-sm:hidden">{durationWords(nowMs - session.signedInAtMs)} ago</Cell>
              <Cell>{nowMs - session.lastUsedAtMs < 90_000 ? "just now" : `${durationWords(nowMs - session.lastUsedAtMs)} ago`}</Cell>
              <Cell className="max-sm:hidden">{durationWords(session.expiresAtMs - nowMs)}</Cell>
              <Cell className="text-right">
                {!session.isCurrent && (
                  <Button size="small" isBusy={ending === session.id} onClick={() => void end(session.id)}>
                    End
                  </Button>
                )}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      {hasFailed && (
        <p role="alert" className="text-alarm p-3">
          That session could not be ended just now. Try again.
        </p>
      )}
    </>
  );
}
