"use client";

import { ArrowRight } from "lucide-react";
import { valueWords } from "@/components/control/value-words";
import { inertText } from "@/components/fleet/inert-text";
import { durationWords } from "@/components/fleet/time-words";
import { StatusMark } from "@/components/ui/status-mark";
import { describeField, describeMetric, type FieldDescription } from "@/lib/fleet/describe-thing";
import type { Json } from "@/lib/fleet/thing";
import { isAlarmAnswer } from "@/lib/shadow/audit-row";
import type { CommandView } from "@/lib/shadow/command-view";
import { leafOf } from "@/lib/shadow/field-path";
import { OUTCOMES } from "./outcome-words";

/** What a row's status means, by shape, colour and word. */
export function Outcome({ status }: { readonly status: keyof typeof OUTCOMES }) {
  const { word, shape, tone } = OUTCOMES[status];
  return <StatusMark shape={shape} tone={tone} word={word} />;
}

/** Who did it. */
export const actorWords = ({ actor, kind }: CommandView): string =>
  actor ? inertText(actor.name, 80) : kind === "outside" ? "Outside Thingdeck" : "Thingdeck";

/** Milliseconds as people read them. */
export const latencyWords = (ms: number | null): string =>
  ms === null ? "–" : ms < 1000 ? `${Math.round(ms)} ms` : ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : durationWords(ms);

interface ValueProps {
  readonly field: FieldDescription;
  readonly value: Json | undefined;
  readonly label: string;
}

function Value({ field, value, label }: ValueProps) {
  return (
    <span title={label}>
      <span className="sr-only">{label} </span>
      <bdi>{valueWords(field.control, value)}</bdi>
    </span>
  );
}

/** One field's way: before, desired, reported. Its raw name is the title, as the log's CSV has it. */
function FieldChange({ row, name }: { readonly row: CommandView; readonly name: string }) {
  const field = describeField(row.thingType === undefined ? [] : [row.thingType], name);
  return (
    <li className="flex flex-wrap items-center gap-x-1.5">
      <bdi className="text-ink-2" title={inertText(name, 60)}>
        {inertText(field.label, 60)}
      </bdi>
      <Value field={field} label="before" value={leafOf(row.before?.reported ?? {}, name)} />
      <ArrowRight className="text-ink-3 size-3" aria-hidden />
      <Value field={field} label="desired" value={leafOf(row.patch ?? {}, name)} />
      <ArrowRight className="text-ink-3 size-3" aria-hidden />
      <Value field={field} label="reported" value={leafOf(row.reported ?? {}, name)} />
    </li>
  );
}

/** Field by field: what was reported before, what was asked, what the device reported in the end. */
export function Change({ row }: { readonly row: CommandView }) {
  if (row.kind === "lock" || row.kind === "unlock") return <bdi className="break-words">{inertText(row.note ?? "", 200)}</bdi>;
  if (isAlarmAnswer(row.kind)) {
    const metrics = row.fields.map((metric) => describeMetric(row.thingType ?? null, metric).label);
    return <bdi className="break-words">{inertText([...metrics, row.note ?? ""].filter(Boolean).join(": "), 240)}</bdi>;
  }
  if (row.patch === null || row.fields.length === 0) return <span className="text-ink-3">–</span>;
  return (
    <ul className="flex flex-col gap-0.5">
      {row.fields.slice(0, 6).map((field) => (
        <FieldChange key={field} row={row} name={field} />
      ))}
      {row.fields.length > 6 && <li className="text-ink-3">and {row.fields.length - 6} more</li>}
    </ul>
  );
}
