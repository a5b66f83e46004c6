"use client";

import { Database } from "lucide-react";
import { useMemo } from "react";
import { inertText } from "@/components/fleet/inert-text";
import { jsonText, shadowFields, type ShadowField } from "@/components/fleet/shadow-delta";
import { TimeAgo } from "@/components/fleet/time-ago";
import { useThingLive } from "@/components/live/use-thing-live";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { StatusMark } from "@/components/ui/status-mark";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { Json } from "@/lib/fleet/thing";

function Value({ value, atMs }: { readonly value: Json | undefined; readonly atMs: number | null }) {
  return (
    <span className="flex flex-col">
      <bdi className="text-small font-mono wrap-anywhere">{inertText(jsonText(value), 300)}</bdi>
      {atMs !== null && <TimeAgo atMs={atMs} className="text-micro text-ink-3" />}
    </span>
  );
}

function Difference({ field, isShort = false }: { readonly field: ShadowField; readonly isShort?: boolean }) {
  if (field.desired === undefined) return <span className="text-ink-3">Not asked for</span>;
  return (
    <StatusMark
      shape={field.isInSync ? "filled" : "half"}
      tone={field.isInSync ? "live" : "quiet"}
      word={field.isInSync ? "In sync" : isShort ? "Waiting" : "Waiting for the device"}
    />
  );
}

function FieldRow({ field }: { readonly field: ShadowField }) {
  return (
    <Row className={field.isInSync ? "" : "bg-quiet-soft"}>
      <Cell className="font-medium">
        <bdi className="wrap-anywhere">{inertText(field.path, 120)}</bdi>
        {/* A telephone has room for three columns: what the fourth says stands under the field. */}
        {!field.isInSync && (
          <span className="text-small block font-normal sm:hidden">
            <Difference field={field} isShort />
          </span>
        )}
      </Cell>
      <Cell>
        <Value value={field.desired} atMs={field.desiredAtMs} />
      </Cell>
      <Cell>
        <Value value={field.reported} atMs={field.reportedAtMs} />
      </Cell>
      <Cell className="max-sm:hidden">
        <Difference field={field} />
      </Cell>
    </Row>
  );
}

/** The shadow: what was asked, what the device says, and where the two differ. */
export function StateTab({ thingName }: { readonly thingName: string }) {
  const { desired, reported, metadata, version } = useThingLive(thingName);
  const fields = useMemo(() => shadowFields({ desired, reported, metadata }), [desired, reported, metadata]);
  const waiting = fields.filter((field) => !field.isInSync).length;
  if (version === null || fields.length === 0) {
    return (
      <Card>
        <EmptyState title="No state yet" icon={<Database className="size-5" />}>
          This device has no shadow. It is made by the device’s first report, or by the first command to it.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card
      isFlush
      data-live-area
      title={`Shadow, version ${version}`}
      aside={
        <span className="text-small text-ink-2">
          {waiting > 0
            ? `${waiting} waiting for the device`
            : fields.some((field) => field.desired !== undefined)
              ? "Everything asked for is reported"
              : "Nothing is asked of it"}
        </span>
      }
    >
      <Table label="Shadow state" className="table-fixed">
        <thead>
          <tr>
            <HeadCell>Field</HeadCell>
            <HeadCell>Desired</HeadCell>
            <HeadCell>Reported</HeadCell>
            <HeadCell className="w-1/4 max-sm:hidden">Difference</HeadCell>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <FieldRow key={field.path} field={field} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
