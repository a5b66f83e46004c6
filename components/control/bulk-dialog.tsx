"use client";

import { useRouter } from "next/navigation";
import { type MouseEvent, useId, useMemo, useState } from "react";
import { exclusionSummary, exclusionWords } from "@/components/runs/exclusion-words";
import { errorWords } from "@/lib/session/site-api.client";
import { deviceCount } from "@/components/fleet/count-words";
import { inertText } from "@/components/fleet/inert-text";
import { useReadServerNow } from "@/components/live/use-thing-live";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { Banner } from "@/components/ui/states";
import type { Json, ThingSummary } from "@/lib/fleet/thing";
import type { ControlSettings } from "@/lib/fleet/thing-type-schema";
import { commandApi, type RunBody } from "@/lib/shadow/command-api.client";
import { patchOf } from "@/lib/shadow/field-path";
import type { RunReview } from "@/lib/shadow/run-review";
import { bulkFields, type BulkField } from "./bulk-fields";
import { QUEUE_CHOICES } from "./offline-choice";
import { valueWords } from "./value-words";

interface Wish {
  text: string;
  /** Ms to wait for offline devices; 0 leaves them out. */
  queueMs: number;
}

function parseValue(control: ControlSettings, text: string): Json | undefined {
  if (control.kind === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  if (control.kind === "number") return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
  return text === "" ? undefined : text;
}

function ValueInput({
  control,
  text,
  onText,
}: {
  readonly control: ControlSettings;
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  if (control.kind === "number") {
    return (
      <Input
        type="number"
        aria-label="Value"
        {...(control.step > 0 && { min: control.min, max: control.max, step: control.step })}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
    );
  }
  if (control.kind === "text")
    return <Input aria-label="Value" maxLength={256} value={text} onChange={(event) => onText(event.target.value)} />;
  const options =
    control.kind === "boolean"
      ? [
          { value: "true", label: control.onLabel },
          { value: "false", label: control.offLabel },
        ]
      : control.options;
  return (
    <Select aria-label="Value" className="w-full" value={text} onChange={(event) => onText(event.target.value)}>
      <option value="">Choose</option>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </Select>
  );
}

/** What is to be typed, before the platform's own bubble says that it was wrong. */
function valueField(control: ControlSettings): { label: string; hint?: string } {
  if (control.kind !== "number") return { label: "Value" };
  const { unit, min, max, step } = control;
  return {
    label: unit === "" ? "Value" : `Value in ${unit}`,
    ...(step > 0 && { hint: `From ${min} to ${max}, in steps of ${step}.` }),
  };
}

function Review({ review }: { readonly review: RunReview }) {
  return (
    <div className="flex flex-col gap-2">
      <p>
        <strong>{review.included.length.toLocaleString("en")}</strong> {review.included.length === 1 ? "device" : "devices"} will be
        switched.
        {review.excluded.length > 0 && (
          <>
            {" "}
            <strong>{review.excluded.length}</strong> left out: {exclusionSummary(review.excluded)}.
          </>
        )}
      </p>
      {review.excluded.length > 0 && (
        <ul
          aria-label="Left out"
          tabIndex={0}
          className="rounded-small border-line text-small scroll-slim max-h-48 overflow-y-auto border px-3 py-2"
        >
          {review.excluded.map((each) => (
            <li key={each.thing} className="py-0.5">
              <bdi className="font-mono">{inertText(each.thing, 128)}</bdi>, {exclusionWords(each)}
              {each.words !== undefined && (
                <span className="text-ink-2">
                  : <bdi>{inertText(each.words, 160)}</bdi>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useBulkRun(selection: readonly ThingSummary[]) {
  const router = useRouter();
  const readServerNow = useReadServerNow();
  const [review, setReview] = useState<{ body: RunBody; answer: RunReview } | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = (request: Promise<void>) => {
    setIsBusy(true);
    setFailure(null);
    request.catch((error: unknown) => setFailure(errorWords(error))).finally(() => setIsBusy(false));
  };
  return {
    ...{ review, isBusy, failure },
    back: () => setReview(null),
    look: (patch: RunBody["patch"], queueMs: number) => {
      const things = selection.map(({ thingName }) => thingName);
      const when =
        queueMs === 0 ? { ifOffline: "refuse" as const } : { ifOffline: "queue" as const, expiresAtMs: readServerNow() + queueMs };
      const body = { runId: crypto.randomUUID(), things, patch, ...when };
      run(commandApi.reviewRun(body).then((answer) => setReview({ body, answer })));
    },
    start: () => {
      if (review) run(commandApi.startRun(review.body).then(({ id }) => router.push(`/runs/${id}`)));
    },
  };
}

/** The second click of a double click on Review must not find Start under the pointer. */
const refuseSecondClick = (event: MouseEvent): void => {
  if (event.detail > 1) event.preventDefault();
};

/** What to set on the picked devices; then who is left out and why; then the run. */
export function BulkDialog({ selection, onClose }: { readonly selection: readonly ThingSummary[]; readonly onClose: () => void }) {
  const fields = useMemo(() => bulkFields(selection), [selection]);
  const [fieldName, setFieldName] = useState(fields[0]?.field ?? "");
  const [{ text, queueMs }, setWish] = useState<Wish>({ text: "", queueMs: 0 });
  const [typed, setTyped] = useState("");
  const { review, isBusy, failure, back, look, start } = useBulkRun(selection);
  const formId = useId();
  const chosen: BulkField | undefined = fields.find(({ field }) => field === fieldName);
  const value = chosen && parseValue(chosen.control, text);
  const mustType = chosen?.guard === "type-the-name";
  const words = String(review?.answer.included.length ?? "");
  const mayStart = review !== null && review.answer.included.length > 0 && (!mustType || typed.trim() === words);
  const title =
    review && chosen ? `Set ${chosen.control.label} to ${valueWords(chosen.control, value)}` : `Set on ${deviceCount(selection.length)}`;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={review ? back : onClose}>{review ? "Back" : "Cancel"}</Button>
          <Button
            key={review ? "start" : "review"}
            type="submit"
            form={formId}
            tone="primary"
            isBusy={isBusy}
            disabled={review ? !mayStart : value === undefined}
            onClick={refuseSecondClick}
          >
            {review ? `Start on ${words}` : "Review"}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (review) {
            if (mayStart) start();
          } else if (chosen && value !== undefined) look(patchOf(chosen.field, value), queueMs);
        }}
      >
        {failure !== null && (
          <Banner tone="alarm" role="alert">
            {failure}
          </Banner>
        )}
        {fields.length === 0 && <p>None of these devices has anything to switch.</p>}
        {review ? (
          <>
            <Review review={review.answer} />
            {mustType && review.answer.included.length > 0 && (
              <Field label={`Type ${words}, the number of devices, to go on`}>
                <Input autoFocus inputMode="numeric" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
              </Field>
            )}
          </>
        ) : (
          chosen && (
            <>
              <Field label="Control">
                <Select
                  className="w-full"
                  value={fieldName}
                  onChange={(event) => {
                    setFieldName(event.target.value);
                    setWish({ text: "", queueMs });
                  }}
                >
                  {fields.map(({ field, control, count }) => (
                    <option key={field} value={field}>
                      {control.label}
                      {fields.some((other) => other.field !== field && other.control.label === control.label) && `, ${field}`} ({count} of{" "}
                      {selection.length} {count === 1 ? "has" : "have"} it)
                    </option>
                  ))}
                </Select>
              </Field>
              <Field {...valueField(chosen.control)}>
                <ValueInput control={chosen.control} text={text} onText={(next) => setWish({ text: next, queueMs })} />
              </Field>
              <Field label="Devices that are offline">
                <Select className="w-full" value={queueMs} onChange={(event) => setWish({ text, queueMs: Number(event.target.value) })}>
                  <option value={0}>Leave them out</option>
                  {QUEUE_CHOICES.map(({ ms, words: span }) => (
                    <option key={ms} value={ms}>
                      Queue for {span}
                    </option>
                  ))}
                </Select>
              </Field>
            </>
          )
        )}
      </form>
    </Dialog>
  );
}
